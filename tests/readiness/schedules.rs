//! Requests start, go on and are dropped in an order of chance, and the law is seen kept at every step.

use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    pin::Pin,
    task::{Context, Poll, Waker},
};

use http::{HeaderValue, Method, Request, Response, header};
use tower::Service;
use tower_auth::{NoBody, Refusal};

use crate::{
    dice::Dice,
    fussy::{Ask, Broken, PLANNED, Readiness, Shared},
    model::{Ends, Verdict, verdict},
    plan::{Answers, Plan, Preflight},
    stack::{Manner, Stand},
};

/// How often what was seen, so that no schedule passes for want of something to see.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) schedules: u32,
    pub(crate) ready: u32,
    pub(crate) not_ready: u32,
    pub(crate) broken: u32,
    pub(crate) started: u32,
    pub(crate) preflights: u32,
    pub(crate) at_once: u32,
    pub(crate) waited: u32,
    pub(crate) reached: u32,
    pub(crate) refused: u32,
    pub(crate) refused_further_in: u32,
    pub(crate) refused_elsewhere: u32,
    pub(crate) concealed: u32,
    pub(crate) panicked: u32,
    pub(crate) failed: u32,
    pub(crate) cancelled: u32,
    pub(crate) cancelled_in_the_service: u32,
    pub(crate) cancelled_at_the_page: u32,
    pub(crate) cancelled_while_loading: u32,
}

struct Flight<F> {
    plan: Plan,
    verdict: Verdict,
    /// Whether it holds a service that is ready.
    holds: bool,
    response: Pin<Box<F>>,
}

pub(crate) struct Schedule<'a, S: Service<Request<Ask>>> {
    service: S,
    world: Shared,
    stands: &'a [Stand],
    manner: Manner,
    ready: bool,
    flights: Vec<Flight<S::Future>>,
    seen: &'a mut Seen,
}

impl<'a, S> Schedule<'a, S>
where
    S: Service<Request<Ask>, Response = Response<NoBody>, Error = Broken>,
{
    pub(crate) fn new(
        service: S,
        world: Shared,
        (stands, manner): (&'a [Stand], Manner),
        seen: &'a mut Seen,
    ) -> Self {
        Self {
            service,
            world,
            stands,
            manner,
            ready: false,
            flights: Vec::new(),
            seen,
        }
    }

    pub(crate) fn play(mut self, dice: &mut Dice) {
        self.world.lock().dice = Dice(dice.below(u64::MAX));
        let mut number = 0;
        for _ in 0..28 {
            match dice.below(8) {
                0 => self.ask_whether_ready(dice),
                1 | 2 if !self.ready => self.ask_whether_ready(dice),
                1 | 2 if self.ready => {
                    number += 1;
                    self.start(Plan::random(number, dice));
                }
                3..=6 if !self.flights.is_empty() => self.go_on(dice),
                7 if !self.flights.is_empty() => self.cancel(dice),
                _ => {}
            }
            self.is_lawful();
        }
        self.seen.schedules += 1;
        let Self {
            service,
            world,
            ready,
            flights,
            ..
        } = self;
        drop(flights);
        assert_eq!(world.held(), usize::from(ready));
        assert_eq!(world.loading(), 0, "somebody still loads");
        drop(service);
        assert_eq!(world.held(), 0);
    }

    /// Whoever is ready is in a flight that has not come so far, or is next.
    fn is_lawful(&self) {
        let holding = self.flights.iter().filter(|flight| flight.holds).count();
        assert_eq!(self.world.held(), holding + usize::from(self.ready));
        assert!(self.world.is_asked_once());
    }

    fn ask_whether_ready(&mut self, dice: &mut Dice) {
        let next = dice.one_of(&[
            Readiness::Ready,
            Readiness::Ready,
            Readiness::Pending,
            Readiness::Broken,
        ]);
        self.world.lock().readiness.push_back(next);
        let told = self
            .service
            .poll_ready(&mut Context::from_waker(Waker::noop()));
        if self.ready {
            assert_eq!(told, Poll::Ready(Ok(())));
            self.world.lock().readiness.clear();
            return;
        }
        let (expected, counter) = match next {
            Readiness::Ready => (Poll::Ready(Ok(())), &mut self.seen.ready),
            Readiness::Pending => (Poll::Pending, &mut self.seen.not_ready),
            Readiness::Broken => (Poll::Ready(Err(Broken)), &mut self.seen.broken),
        };
        *counter += 1;
        assert_eq!(told, expected, "readiness is the inner service's");
        self.ready = next == Readiness::Ready;
    }

    fn start(&mut self, plan: Plan) {
        self.ready = false;
        let verdict = verdict(&plan, self.stands, self.manner);
        let before = self.world.held();
        let response = Box::pin(self.service.call(request(plan, &verdict)));
        let (held, calls) = (self.world.held(), self.world.calls(plan.number));
        self.seen.started += 1;
        let is_preflight = self.manner.preflights && plan.preflight == Preflight::Is;
        self.seen.preflights += u32::from(is_preflight);
        if verdict.now {
            // Whatever was decided, no readiness is held any more.
            self.seen.at_once += 1;
            assert_eq!(held, before - 1, "{plan:?}");
            assert_eq!(calls, usize::from(verdict.reaches.is_some()), "{plan:?}");
        } else {
            assert_eq!((held, calls), (before, 0), "{plan:?}");
        }
        self.flights.push(Flight {
            plan,
            verdict,
            holds: !verdict.now,
            response,
        });
    }

    fn go_on(&mut self, dice: &mut Dice) {
        let place = dice.place(self.flights.len());
        let flight = &mut self.flights[place];
        let Flight { plan, verdict, .. } = *flight;
        let before = self.world.held();
        let mut context = Context::from_waker(Waker::noop());
        let poll = || flight.response.as_mut().poll(&mut context);
        let told = catch_unwind(AssertUnwindSafe(poll));
        let let_go = before - self.world.held();
        let called = self.world.calls(plan.number) > 0;
        let page = self.world.pages(plan.number) > 0;
        assert!(!called || verdict.reaches.is_some(), "{plan:?}");
        assert!(!page || verdict.page, "{plan:?}");
        assert_eq!(let_go, usize::from(flight.holds && let_go > 0), "{plan:?}");
        flight.holds = flight.holds && let_go == 0;
        // Whoever was called holds nothing, nor whoever is concealed.
        assert!(!(flight.holds && (called || page)), "{plan:?}");
        assert!(
            flight.holds || called || verdict.reaches.is_none(),
            "{plan:?}"
        );
        let told = match told {
            Ok(Poll::Pending) => {
                self.seen.waited += 1;
                // Refused, and not answered yet.
                assert!(flight.holds || called || verdict.page, "{plan:?}");
                return;
            }
            Ok(Poll::Ready(answer)) => Ok(answer),
            Err(panic) if panic.downcast_ref() == Some(&PLANNED) => Err(()),
            Err(law) => resume_unwind(law),
        };
        assert_eq!(called, verdict.reaches.is_some(), "{plan:?}");
        assert_eq!(page, verdict.page, "{plan:?}");
        assert_eq!(ends(told), verdict.ends, "{plan:?} {:?}", self.stands);
        let held = self.world.held();
        let flight = self.flights.swap_remove(place);
        self.seen.end(&flight);
        drop(flight);
        assert_eq!(self.world.held(), held, "an answer holds nothing");
    }

    fn cancel(&mut self, dice: &mut Dice) {
        let place = dice.place(self.flights.len());
        let flight = self.flights.swap_remove(place);
        let Flight { plan, verdict, .. } = flight;
        let before = (self.world.held(), self.world.calls(plan.number));
        let loading = self.world.loading();
        let page = self.world.pages(plan.number) > 0;
        let holds = flight.holds;
        drop(flight);
        let after = (self.world.held(), self.world.calls(plan.number));
        assert_eq!(after.0, before.0 - usize::from(holds), "{plan:?}");
        assert_eq!(before.1, after.1, "{plan:?} was called when it was dropped");
        assert!(after.1 == 0 || verdict.reaches.is_some(), "{plan:?}");
        let unloaded = loading - self.world.loading();
        self.seen.cancelled += 1;
        self.seen.cancelled_in_the_service += u32::from(after.1 > 0 && !page);
        self.seen.cancelled_at_the_page += u32::from(page);
        self.seen.cancelled_while_loading += u32::from(unloaded > 0);
    }
}

impl Seen {
    fn end<F>(&mut self, flight: &Flight<F>) {
        let Flight { plan, verdict, .. } = flight;
        let reached = verdict.reaches.is_some();
        self.reached += u32::from(reached);
        self.refused += u32::from(!reached);
        self.concealed += u32::from(verdict.page);
        match verdict.ends {
            Ends::Breaks => self.failed += 1,
            Ends::Panics => self.panicked += 1,
            Ends::Status(_, true) => self.refused_elsewhere += 1,
            Ends::Status(..) | Ends::Never => {}
        }
        let further_in = reached && matches!(plan.inner.0, Answers::Refuses(_));
        self.refused_further_in += u32::from(further_in);
    }

    /// All of it together.
    pub(crate) fn counts(&self) -> [u32; 18] {
        [
            self.ready,
            self.not_ready,
            self.broken,
            self.started,
            self.preflights,
            self.at_once,
            self.waited,
            self.reached,
            self.refused,
            self.refused_further_in,
            self.refused_elsewhere,
            self.concealed,
            self.panicked,
            self.failed,
            self.cancelled,
            self.cancelled_in_the_service,
            self.cancelled_at_the_page,
            self.cancelled_while_loading,
        ]
    }
}

/// What came of it; nothing, where it panicked.
fn ends(told: Result<Result<Response<NoBody>, Broken>, ()>) -> Ends {
    match told {
        Err(()) => Ends::Panics,
        Ok(Err(Broken)) => Ends::Breaks,
        Ok(Ok(response)) => {
            let elsewhere = response.extensions().get::<Refusal>().is_some();
            Ends::Status(response.status().as_u16(), elsewhere)
        }
    }
}

pub(crate) fn request(plan: Plan, verdict: &Verdict) -> Request<Ask> {
    let (allowed, thing) = verdict.reaches.unwrap_or_default();
    let mut request = Request::new(Ask {
        plan,
        allowed,
        thing,
    });
    request.extensions_mut().insert(plan);
    if plan.preflight != Preflight::Not {
        *request.method_mut() = Method::OPTIONS;
        let fields = request.headers_mut();
        fields.insert(
            header::ORIGIN,
            HeaderValue::from_static("https://a.example"),
        );
        if plan.preflight == Preflight::Is {
            let method = HeaderValue::from_static("PUT");
            fields.insert(header::ACCESS_CONTROL_REQUEST_METHOD, method);
        }
    }
    request
}
