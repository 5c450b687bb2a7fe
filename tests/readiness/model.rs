//! What the law says of one request.

use crate::{
    fussy::{GONE, Thing},
    plan::{Answers, Found, Kind, Loader, Plan, Preflight, Refuses, Rule, Says},
    stack::{Manner, Stand},
};

/// What must come of a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Verdict {
    /// How many policies let it pass, and what was handed on, where it reaches the service.
    pub(crate) reaches: Option<(usize, Option<Thing>)>,
    /// Whether all whom it asks answer at once, until it is refused or reaches the service.
    pub(crate) now: bool,
    /// Whether the page is asked.
    pub(crate) page: bool,
    pub(crate) ends: Ends,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ends {
    /// With this status, and the refusal that is another layer's if it carries one.
    Status(u16, bool),
    Breaks,
    Panics,
    Never,
}

const fn status(status: u16) -> Ends {
    Ends::Status(status, false)
}

/// What is known of the caller.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Caller {
    Known,
    Stranger,
    Rejected,
}

struct Told {
    /// Nothing, where it never answers.
    says: Option<Says>,
    now: bool,
    thing: bool,
}

impl Rule {
    fn told(&self, caller: Caller) -> Told {
        let loads_at_once = match self.kind {
            Kind::Plain => {
                let (says, when) = self.says;
                return Told {
                    says: Some(says),
                    now: when.is_none(),
                    thing: false,
                };
            }
            Kind::Loads => caller == Caller::Known,
            Kind::LoadsForStrangersToo => true,
        };
        let (early, when) = self.early;
        if !loads_at_once && early != Says::Allow {
            return Told {
                says: Some(early),
                now: when.is_none(),
                thing: false,
            };
        }
        let says = match self.loader.0 {
            Loader::Finds => Some(self.says.0),
            Loader::FindsNothing => Some(Says::Hide),
            Loader::Fails | Loader::PanicsAtOnce | Loader::PanicsLater => Some(Says::Unavailable),
            Loader::Never => None,
        };
        Told {
            says,
            now: false,
            thing: true,
        }
    }
}

/// Walks from the outside to the service.
pub(crate) fn verdict(plan: &Plan, stands: &[Stand], manner: Manner) -> Verdict {
    let preflight = manner.preflights && plan.preflight == Preflight::Is;
    let mut verdict = Verdict {
        reaches: None,
        now: true,
        page: false,
        ends: Ends::Never,
    };
    let mut caller = Caller::Stranger;
    let (mut allowed, mut thing) = (0, None);
    for (place, stand) in stands.iter().enumerate() {
        if preflight && *stand == Stand::Layer {
            continue;
        }
        if place == 0 {
            verdict.now = plan.found.1.is_none();
            caller = match plan.found.0 {
                Found::Absent => Caller::Stranger,
                Found::Verified => Caller::Known,
                Found::Rejected => Caller::Rejected,
                Found::Unavailable | Found::Panic => {
                    verdict.ends = status(503);
                    return verdict;
                }
            };
        }
        let told = plan.rules[place].told(caller);
        verdict.now &= told.now;
        match told.says {
            None => return verdict,
            Some(Says::Allow) if caller != Caller::Rejected => {
                allowed += 1;
                if told.thing {
                    thing = Some(Thing(place, plan.number));
                }
            }
            Some(says) => {
                verdict.refused(plan, manner, caller, says);
                return verdict;
            }
        }
    }
    verdict.reaches = Some((allowed, thing));
    match plan.inner.0 {
        Answers::Responds => verdict.ends = status(200),
        Answers::Breaks => verdict.ends = Ends::Breaks,
        Answers::Panics => verdict.ends = Ends::Panics,
        Answers::RefusesElsewhere => verdict.ends = Ends::Status(403, true),
        Answers::Refuses(Refuses::Hidden) => verdict.refused(plan, manner, caller, Says::Hide),
        Answers::Refuses(refuses) => verdict.ends = by_table(caller, refuses),
    }
    verdict
}

impl Verdict {
    fn refused(&mut self, plan: &Plan, manner: Manner, caller: Caller, says: Says) {
        self.page = manner.page && says == Says::Hide;
        self.ends = match says {
            // Of rejected callers only that they are.
            Says::Allow | Says::Deny => by_table(caller, Refuses::Denied),
            Says::Unavailable | Says::Panic => by_table(caller, Refuses::Unavailable),
            Says::Hide if !self.page => by_table(caller, Refuses::Hidden),
            Says::Hide => match plan.page.0 {
                Answers::Responds | Answers::Breaks => status(GONE),
                Answers::Panics => Ends::Panics,
                Answers::Refuses(refuses) => by_table(caller, refuses),
                Answers::RefusesElsewhere => Ends::Status(403, true),
            },
        };
    }
}

/// The decision table, where there is no page.
fn by_table(caller: Caller, refuses: Refuses) -> Ends {
    status(match (refuses, caller) {
        (Refuses::Hidden, _) => 404,
        (Refuses::Unavailable, _) => 503,
        (Refuses::NeedsLogin, _) | (Refuses::Denied, Caller::Stranger | Caller::Rejected) => 401,
        (Refuses::Denied, Caller::Known) => 403,
    })
}
