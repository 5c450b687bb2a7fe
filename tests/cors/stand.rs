//! A layer whose schemes and policy count how often they are asked.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use http::{Request, Response, header};
use tower::{Layer as _, ServiceExt as _};
use tower_auth::{
    AuthLayer, AuthLayerBuilder,
    scheme::{SchemeExt as _, Schemes},
};

use crate::support::{
    inner::{Body, Inner},
    rules::Counted,
    schemes::Told,
    user::User,
};

/// How a layer is set up: as an origin server is, so that credentials are removed, or as a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Setup {
    Origin,
    Stripping,
    Proxy,
}

pub(crate) const SETUPS: [Setup; 3] = [Setup::Origin, Setup::Stripping, Setup::Proxy];

/// What is asked of a request.
pub(crate) struct Counts {
    schemes: [Told; 2],
    policy: Arc<AtomicUsize>,
}

impl Counts {
    pub(crate) fn new() -> Self {
        Self {
            schemes: [Told::explicit("Counted"), Told::ambient("Session")],
            policy: Arc::default(),
        }
    }

    /// The schemes, which are asked in `Authorization` and in the field `x-session`.
    pub(crate) fn schemes(&self) -> Schemes<User> {
        let [explicit, ambient] = self.schemes.clone();
        explicit.or(ambient)
    }

    /// The policy of this name.
    pub(crate) fn policy(&self, name: &str) -> Counted {
        Counted::new(name, &self.policy)
    }

    /// A layer of both, before it is built.
    pub(crate) fn layer<B: 'static>(
        &self,
        setup: Setup,
        policy: &str,
    ) -> AuthLayerBuilder<User, B> {
        let (schemes, policy) = (self.schemes(), self.policy(policy));
        match setup {
            Setup::Origin => AuthLayer::new(schemes, policy),
            Setup::Stripping => AuthLayer::new(schemes, policy).strip_credentials(),
            Setup::Proxy => AuthLayer::proxy(schemes, policy),
        }
    }

    /// How often any scheme was asked, and the policy.
    pub(crate) fn asked(&self) -> [usize; 2] {
        let schemes = self.schemes.iter().map(Told::asked).sum();
        [schemes, self.policy.load(Ordering::SeqCst)]
    }
}

/// A preflight for a method.
pub(crate) fn preflight(method: &str) -> http::request::Builder {
    Request::options("/")
        .header(header::ORIGIN, "https://app.example")
        .header(header::ACCESS_CONTROL_REQUEST_METHOD, method)
}

/// What a layer answers around an inner service of its own.
pub(crate) async fn answer(
    layer: &AuthLayer<User, Body>,
    request: Request<()>,
) -> (Response<Body>, Inner) {
    let inner = Inner::default();
    let Ok(response) = layer.layer(inner.clone()).oneshot(request).await;
    (response, inner)
}
