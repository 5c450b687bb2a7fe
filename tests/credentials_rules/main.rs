//! The rules of credentials: which are read, which decide, and what becomes of them.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that panics has failed, and says where"
)]

#[path = "../support/mod.rs"]
mod support;

mod building;
mod disregarded;
mod handed_on;
mod reading;
mod several;
mod turned;

use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, header::WWW_AUTHENTICATE};
use http_body_util::BodyExt as _;
use tower::{Layer, ServiceExt};
use tower_auth::{AuthLayer, AuthLayerBuilder, audit::Record, policy::anyone, scheme::Schemes};

use self::support::{
    inner::{Body, Inner},
    user::User,
    waiting::block_on,
};

type Builder = AuthLayerBuilder<User, Body>;

/// What came of a request.
struct Seen {
    status: u16,
    response: Response<Body>,
    /// The fields that the inner service was shown, if it was called.
    shown: Option<HeaderMap>,
}

/// A layer that lets everybody in whose credentials are not rejected.
fn open(schemes: impl Into<Schemes<User>>) -> Builder {
    AuthLayer::new(schemes, anyone())
}

/// A request with these fields, in this order.
fn request<V: AsRef<[u8]>>(fields: &[(&str, V)]) -> Request<()> {
    let mut request = Request::new(());
    for (name, value) in fields {
        let value = HeaderValue::from_bytes(value.as_ref()).unwrap();
        let name = HeaderName::try_from(*name).unwrap();
        request.headers_mut().append(name, value);
    }
    request
}

fn send(builder: Builder, request: Request<()>) -> Seen {
    let inner = Inner::default();
    let service = builder.build().unwrap().layer(inner.clone());
    let Ok(response) = block_on(service.oneshot(request));
    Seen {
        status: response.status().as_u16(),
        response,
        shown: (inner.calls() > 0).then(|| inner.fields()),
    }
}

impl Seen {
    /// What the inner service says, which is who calls.
    fn body(&self) -> Vec<u8> {
        let Ok(body) = block_on(self.response.body().clone().collect());
        body.to_bytes().to_vec()
    }

    /// The lines of challenges.
    fn challenges(&self) -> Vec<&str> {
        let lines = self.response.headers().get_all(WWW_AUTHENTICATE).iter();
        lines.map(|line| line.to_str().unwrap()).collect()
    }

    /// What the schemes found, and which of them.
    fn attempt(&self) -> (&'static str, Option<&'static str>) {
        let record = self.response.extensions().get::<Record>().unwrap();
        (record.attempt().as_str(), record.scheme())
    }

    /// 401, without a word of error, and nobody further in was asked.
    fn is_rejected(&self, attempt: &str) {
        assert_eq!((self.status, self.attempt()), (401, (attempt, None)));
        assert!(self.shown.is_none());
        assert!(!self.challenges().is_empty());
        let erring = self
            .challenges()
            .into_iter()
            .find(|line| line.contains("error"));
        assert_eq!(erring, None);
    }
}
