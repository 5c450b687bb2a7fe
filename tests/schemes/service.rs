//! A service behind a layer.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex},
};

use http::{HeaderName, HeaderValue, Request, Response, StatusCode, header::WWW_AUTHENTICATE};
use tower::{Layer, ServiceExt, service_fn};
use tower_auth::{AuthLayer, Caller, policy, scheme::Schemes};

use crate::watched::{Log, Shown};

/// A service behind a layer, and what its verifier was shown.
pub(crate) struct Service<'a> {
    layer: AuthLayer<Shown, Vec<u8>>,
    log: &'a Log,
}

pub(crate) struct Ended {
    pub(crate) status: StatusCode,
    pub(crate) challenges: Vec<String>,
    pub(crate) shown: Vec<Shown>,
    caller: Option<Shown>,
}

impl<'a> Service<'a> {
    pub(crate) fn new(log: &'a Log, schemes: impl Into<Schemes<Shown>>) -> Self {
        let layer = AuthLayer::new(schemes, policy::authenticated())
            .build_with(Vec::from)
            .unwrap();
        Self { layer, log }
    }

    pub(crate) fn send(&self, target: &str, fields: &[(String, String)]) -> Ended {
        let mut request = Request::new(());
        *request.uri_mut() = target.parse().unwrap();
        for (name, value) in fields {
            let name = HeaderName::try_from(name).unwrap();
            request
                .headers_mut()
                .append(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        let caller = Arc::new(Mutex::new(None));
        let seen = Arc::clone(&caller);
        let inner = service_fn(move |request: Request<()>| {
            *seen.lock().unwrap() = Caller::<Shown>::of(request.extensions()).cloned();
            async { Ok::<_, Infallible>(Response::new(Vec::new())) }
        });
        let response = tokio_test::block_on(self.layer.layer(inner).oneshot(request)).unwrap();
        let challenges = response.headers().get_all(WWW_AUTHENTICATE).iter();
        Ended {
            status: response.status(),
            challenges: challenges
                .map(|line| line.to_str().unwrap().to_owned())
                .collect(),
            shown: self.log.take(),
            caller: caller.lock().unwrap().take(),
        }
    }
}

impl Ended {
    pub(crate) fn check(
        self,
        name: &str,
        shown: Option<Shown>,
        status: u16,
        challenge: Option<&String>,
    ) {
        assert_eq!(self.status, status, "{name}");
        assert_eq!(
            self.challenges,
            Vec::from_iter(challenge.cloned()),
            "{name}"
        );
        assert_eq!(
            self.caller,
            shown.clone().filter(|_| status == 200),
            "{name}"
        );
        assert_eq!(self.shown, Vec::from_iter(shown), "{name}");
    }
}
