//! Who calls, and how they are asked about.

use std::{convert::Infallible, time::SystemTime};

use http::{Request, StatusCode};
use tower::{Layer, Service, ServiceExt};
use tower_auth::{
    AuthLayer, BuildError, Caller, Decision, Secret,
    policy::{Access, HasId, HasLogin, HasRole, HasScope, HasTenant, Policy},
    scheme::Bearer,
};

use crate::support::{inner::Body, waiting::block_on};

/// Somebody, perhaps with an id, perhaps of a tenant, with rights that are both roles and scopes, and with
/// a login that may be known.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) id: Option<u32>,
    pub(crate) tenant: Option<&'static str>,
    pub(crate) rights: Vec<&'static str>,
    pub(crate) login_time: Option<SystemTime>,
    pub(crate) acr: Option<String>,
}

impl Member {
    pub(crate) fn with(rights: &[&'static str]) -> Self {
        Self {
            id: Some(7),
            tenant: Some("acme"),
            rights: rights.to_vec(),
            login_time: None,
            acr: None,
        }
    }
}

impl HasId for Member {
    type Id = u32;

    fn id(&self) -> Option<&u32> {
        self.id.as_ref()
    }
}

impl HasTenant for Member {
    type Tenant = &'static str;

    fn tenant(&self) -> Option<&&'static str> {
        self.tenant.as_ref()
    }
}

impl HasRole for Member {
    fn has_role(&self, role: &str) -> bool {
        self.rights.contains(&role)
    }
}

impl HasScope for Member {
    fn has_scope(&self, scope: &str) -> bool {
        self.rights.contains(&scope)
    }
}

impl HasLogin for Member {
    fn login_time(&self) -> Option<SystemTime> {
        self.login_time
    }

    fn acr(&self) -> Option<&str> {
        self.acr.as_deref()
    }
}

/// What `policy` decides about a request with this extension.
pub(crate) fn decide<T: Clone + Send + Sync + 'static>(
    policy: &impl Policy<Member>,
    principal: Option<&Member>,
    extension: T,
) -> Decision {
    let (mut head, ()) = Request::new(()).into_parts();
    head.extensions.insert(extension);
    block_on(policy.decide(&Access::new(principal, &head)).wait())
}

/// The layer whose one true token is that of `member`.
pub(crate) fn layer(
    member: Member,
    policy: impl Policy<Member>,
) -> Result<AuthLayer<Member, Body>, BuildError> {
    let bearer = Bearer::new("api", move |token: Secret<'_>| {
        (token.expose() == "true").then(|| member.clone())
    });
    AuthLayer::new(bearer, policy).build()
}

/// What a layer cannot be built for.
pub(crate) fn problems(policy: impl Policy<Member>) -> String {
    let built = layer(Member::with(&[]), policy);
    built
        .err()
        .map_or_else(String::new, |error| error.to_string())
}

/// A service behind a layer: 200 to whoever gets as far as that.
pub(crate) fn guarded(
    member: Member,
    policy: impl Policy<Member>,
) -> impl Service<Request<()>, Response = http::Response<Body>, Error = Infallible> + Clone {
    let inner = tower::service_fn(|request: Request<()>| async move {
        assert!(Caller::<Member>::of(request.extensions()).is_some());
        Ok(http::Response::new(Body::default()))
    });
    layer(member, policy).unwrap().layer(inner)
}

/// A request with this token, and with this extension, which somebody further out put there.
pub(crate) fn request<T: Clone + Send + Sync + 'static>(
    token: Option<&str>,
    extension: T,
) -> Request<()> {
    let mut request = Request::builder();
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    request.extension(extension).body(()).unwrap()
}

/// The statuses of whoever is known, a stranger, and somebody rejected.
pub(crate) fn statuses<T: Clone + Send + Sync + 'static>(
    member: &Member,
    policy: impl Policy<Member>,
    extension: T,
) -> [StatusCode; 3] {
    let service = guarded(member.clone(), policy);
    [Some("true"), None, Some("false")].map(|token| {
        let Ok(response) = block_on(service.clone().oneshot(request(token, extension.clone())));
        response.status()
    })
}
