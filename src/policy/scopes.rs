//! All of several scopes.

use std::{borrow::Cow, fmt};

use crate::{
    decision::{Decision, Denied, Remedy},
    inspect::Inspection,
    step::Step,
};

use super::{
    access::Access,
    contract::Policy,
    scope::{HasScope, inspect_scope},
    words::{Given, call},
};

/// Lets in whoever has all of `scopes`. Others are denied for lack of them: 403, and
/// `insufficient_scope` from a scheme that speaks it, which names all of them ([RFC 6750 §3.1]). An
/// empty list lets nobody in, and is an error when the layer is built.
///
/// ```
/// # tokio_test::block_on(async {
/// use http::{Request, Response, StatusCode, header::WWW_AUTHENTICATE};
/// use tower::{Layer, ServiceExt, service_fn};
/// use tower_auth::{AuthLayer, policy::{HasScope, scopes}, scheme::Bearer};
///
/// #[derive(Clone)]
/// struct Robot;
/// impl HasScope for Robot {
///     fn has_scope(&self, scope: &str) -> bool { scope == "docs:read" }
/// }
///
/// let bearer = Bearer::fixed("api", "s3cret", Robot);
/// let layer = AuthLayer::new(bearer, scopes(["docs:read", "docs:write"])).build_with(Vec::from)?;
/// let service = layer.layer(service_fn(|_: Request<()>| async {
///     Ok::<_, std::convert::Infallible>(Response::new(Vec::new()))
/// }));
///
/// let request = Request::get("/").header("authorization", "Bearer s3cret").body(())?;
/// let refused = service.oneshot(request).await?;
/// assert_eq!(
///     refused.headers()[WWW_AUTHENTICATE],
///     r#"Bearer realm="api", error="insufficient_scope", scope="docs:read docs:write""#,
/// );
/// assert_eq!(refused.status(), StatusCode::FORBIDDEN);
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
///
/// [RFC 6750 §3.1]: https://www.rfc-editor.org/rfc/rfc6750#section-3.1
pub fn scopes<S: Into<Cow<'static, str>>>(scopes: impl IntoIterator<Item = S>) -> Scopes {
    Scopes(scopes.into_iter().map(Into::into).collect())
}

/// See [`scopes`].
#[derive(Clone, Debug)]
pub struct Scopes(Vec<Cow<'static, str>>);

impl Scopes {
    /// Whoever has all of nothing has nothing.
    fn admit(&self, principal: &impl HasScope) -> bool {
        !self.0.is_empty() && self.0.iter().all(|scope| principal.has_scope(scope))
    }
}

impl<P: HasScope> Policy<P> for Scopes {
    fn decide(&self, access: &Access<'_, P>) -> Step<Decision> {
        Step::Now(match access.principal() {
            Some(principal) if self.admit(principal) => Decision::Allow,
            Some(_) | None => Denied::new(Remedy::scopes(self.0.iter().cloned())).into(),
        })
    }

    fn needed_scopes(&self) -> Vec<Cow<'static, str>> {
        self.0.clone()
    }

    fn inspect(&self, inspection: &mut Inspection) {
        if self.0.is_empty() {
            inspection.problem("`scopes` names no scope: name those that are needed");
        }
        self.0
            .iter()
            .for_each(|scope| inspect_scope(scope, inspection));
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        call(f, "scopes", self.0.iter().map(|scope| Given(scope)))
    }
}
