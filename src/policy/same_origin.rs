//! Only what the same origin sent.

use std::fmt;

use crate::{
    decision::{Decision, Denied, Remedy},
    inspect::Inspection,
    origin::SameOrigin,
    step::Step,
};

use super::{access::Access, contract::Policy};

/// Lets in what a page of the same origin sent, by whichever method, and whatever no browser sent
/// on behalf of a page: against calls from other sites, and against images and downloads that are
/// shown there. Others are denied with the code `cross_origin`, and no login would help: 403.
///
/// It proves nothing about the caller: a program sends what it likes. [`SameOrigin`] says how the
/// origin is found, and which others can be let in, too.
///
/// ```
/// # tokio_test::block_on(async {
/// use http::{Request, Response, StatusCode};
/// use tower::{Layer, ServiceExt, service_fn};
/// use tower_auth::{AuthLayer, policy::{self, PolicyExt}, scheme::Bearer};
///
/// let bearer = Bearer::fixed("api", "s3cret", "alice");
/// let policy = policy::authenticated().and(policy::same_origin().also_from("https://app.example"));
/// let layer = AuthLayer::new(bearer, policy).build_with(Vec::from)?;
/// let service = layer.layer(service_fn(|_: Request<()>| async {
///     Ok::<_, std::convert::Infallible>(Response::new(Vec::new()))
/// }));
///
/// let sent_by = |origin| {
///     let request = Request::get("/").header("authorization", "Bearer s3cret");
///     request.header("sec-fetch-site", "cross-site").header("origin", origin).body(())
/// };
/// let passed = service.clone().oneshot(sent_by("https://app.example")?).await?;
/// assert_eq!(passed.status(), StatusCode::OK);
///
/// let refused = service.oneshot(sent_by("https://evil.example")?).await?;
/// assert_eq!(refused.status(), StatusCode::FORBIDDEN);
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
#[must_use]
pub const fn same_origin() -> SameOrigin {
    SameOrigin::new()
}

impl<P> Policy<P> for SameOrigin {
    fn decide(&self, access: &Access<'_, P>) -> Step<Decision> {
        Step::Now(if self.allows(access.raw_head()) {
            Decision::Allow
        } else {
            Denied::new(Remedy::Nothing).code("cross_origin").into()
        })
    }

    fn inspect(&self, inspection: &mut Inspection) {
        self.inspect(inspection);
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("same_origin")
    }
}
