//! What all contenders have in common: they get a token, alone or in a request, and let it in or not.

use std::{
    convert::Infallible,
    future::Future,
    hint::black_box,
    pin::pin,
    task::{Context, Poll, Waker},
    time::Duration,
};

use http::{Request, Response, StatusCode};
use http_body::Body;
use http_body_util::BodyExt as _;
use tower::{Service, ServiceExt as _};

use super::{
    backend::Backend,
    timing::{Turn, timed},
};

pub struct Contender {
    pub name: &'static str,
    /// `None` if it verifies nothing.
    pub backend: Option<Backend>,
    asked: Box<dyn Asked>,
}

/// Whose token it is, or the status that refuses it.
pub type Answer = Result<String, StatusCode>;

trait Asked {
    fn ask(&self, token: &str) -> Answer;
    fn spend(&self, token: &str, size: usize) -> Duration;
}

impl Contender {
    /// Something that is given a token as it stands in a request, and reads whose it is.
    pub fn alone<C: 'static>(
        name: &'static str,
        backend: Backend,
        read: impl Fn(&str) -> Option<C> + 'static,
        subject: fn(&C) -> &str,
    ) -> Self {
        Self {
            name,
            backend: Some(backend),
            asked: Box::new(Alone { read, subject }),
        }
    }

    /// A whole application, that answers with the subject of the token.
    pub fn app<S, B>(name: &'static str, backend: Option<Backend>, service: S) -> Self
    where
        S: Service<Request<B>, Response = Response<B>, Error = Infallible> + Clone + 'static,
        B: Body<Error: std::fmt::Debug> + Default + 'static,
    {
        Self {
            name,
            backend,
            asked: Box::new(App {
                service,
                body: B::default,
            }),
        }
    }

    pub fn ask(&self, token: &str) -> Answer {
        self.choose();
        self.asked.ask(token)
    }

    pub fn turn<'a>(&'a self, token: &'a str) -> Turn<'a> {
        Box::new(|size| {
            self.choose();
            self.asked.spend(token, size)
        })
    }

    fn choose(&self) {
        if let Some(backend) = self.backend {
            backend.choose();
        }
    }
}

struct Alone<C, F> {
    read: F,
    subject: fn(&C) -> &str,
}

impl<C, F: Fn(&str) -> Option<C>> Asked for Alone<C, F> {
    fn ask(&self, token: &str) -> Answer {
        match (self.read)(token) {
            Some(claims) => Ok((self.subject)(&claims).to_owned()),
            None => Err(StatusCode::UNAUTHORIZED),
        }
    }

    fn spend(&self, token: &str, size: usize) -> Duration {
        timed(|| {
            for _ in 0..size {
                black_box((self.read)(black_box(token)));
            }
        })
    }
}

struct App<S, B> {
    service: S,
    body: fn() -> B,
}

impl<S, B> App<S, B> {
    fn request(&self, token: &str) -> Request<B> {
        Request::get("/me")
            .header("host", "rs.example.com")
            .header("user-agent", "peers")
            .header("accept", "*/*")
            .header("authorization", format!("Bearer {token}"))
            .body((self.body)())
            .expect("a request")
    }
}

impl<S, B> Asked for App<S, B>
where
    S: Service<Request<B>, Response = Response<B>, Error = Infallible> + Clone,
    B: Body<Error: std::fmt::Debug>,
{
    fn ask(&self, token: &str) -> Answer {
        let request = self.request(token);
        let Ok(response) = now(self.service.clone().oneshot(request));
        if response.status() != StatusCode::OK {
            return Err(response.status());
        }
        let body = now(response.into_body().collect()).expect("a body");
        Ok(String::from_utf8_lossy(&body.to_bytes()).into_owned())
    }

    fn spend(&self, token: &str, size: usize) -> Duration {
        let requests: Vec<_> = (0..size).map(|_| self.request(token)).collect();
        timed(|| {
            for request in requests {
                black_box(now(self.service.clone().oneshot(request))).expect("a response");
            }
        })
    }
}

/// None of the contenders has to wait for anything.
pub fn now<F: Future>(future: F) -> F::Output {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(future).poll(&mut context) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("an answer was due at once"),
    }
}
