//! A service behind a layer.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex},
};

use http::{
    HeaderName, HeaderValue, Method, Request, Response,
    header::{PROXY_AUTHENTICATE, WWW_AUTHENTICATE},
};
use tower::{Layer, ServiceExt, service_fn};
use tower_auth::{AuthLayer, AuthLayerBuilder, Caller, policy::Policy, scheme::Schemes};

use crate::watched::{Log, Shown};

/// A service behind a layer, and what its verifier was shown.
pub(crate) struct Service<'a> {
    layer: AuthLayer<Shown, Vec<u8>>,
    log: &'a Log,
}

/// How a request ended.
#[derive(Debug, PartialEq)]
pub(crate) struct Ended {
    pub(crate) status: u16,
    pub(crate) challenges: Vec<String>,
    pub(crate) shown: Vec<Shown>,
    pub(crate) caller: Option<Shown>,
}

impl<'a> Service<'a> {
    pub(crate) fn new(
        log: &'a Log,
        schemes: impl Into<Schemes<Shown>>,
        policy: impl Policy<Shown>,
    ) -> Self {
        Self::of(log, AuthLayer::new(schemes, policy))
    }

    pub(crate) fn of(log: &'a Log, builder: AuthLayerBuilder<Shown, Vec<u8>>) -> Self {
        let layer = builder.build_with(Vec::from).unwrap();
        Self { layer, log }
    }

    pub(crate) fn send(&self, target: &str, fields: &[(String, String)]) -> Ended {
        self.send_by(&Method::GET, target, fields)
    }

    pub(crate) fn send_by(
        &self,
        method: &Method,
        target: &str,
        fields: &[(String, String)],
    ) -> Ended {
        let mut request = Request::new(());
        *request.method_mut() = method.clone();
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
        let lines = |name| response.headers().get_all(name).iter();
        let challenges = lines(WWW_AUTHENTICATE).chain(lines(PROXY_AUTHENTICATE));
        Ended {
            status: response.status().as_u16(),
            challenges: challenges
                .map(|line| line.to_str().unwrap().to_owned())
                .collect(),
            shown: self.log.take(),
            caller: caller.lock().unwrap().take(),
        }
    }
}
