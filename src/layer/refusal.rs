//! A refusal made further in, on its way to the layer that answers it.

use std::{error::Error, fmt, sync::Arc};

use http::{Response, request::Parts};

use super::caller::LayerId;
use crate::{
    attempt::AttemptKind,
    decision::{Decision, Denied, Hidden, IntoDecision, NeedsLogin, Unavailable},
    outcome::{Mode, Outcome},
    settle::settle,
};

/// A refusal made further in: by a handler, or by any service. The nearest
/// [`AuthLayer`](super::AuthLayer) outside answers it as if it had decided itself: 401 with its
/// challenges, 403, the not-found service, or 503.
///
/// [`Denied`], [`Hidden`], [`NeedsLogin`] and [`Unavailable`] turn into it with `?`. So does any [`Error`]:
/// that is our fault, 503. With the feature `axum`, handlers answer it, and each of the four alone:
///
/// ```
/// # #[cfg(feature = "axum")]
/// # tokio_test::block_on(async {
/// use axum::{Router, body::Body, extract::Path, routing::get};
/// use http::{Request, StatusCode};
/// use tower::{Layer, ServiceExt};
/// use tower_auth::{AuthLayer, Caller, Denied, Hidden, Refusal, Remedy, policy, scheme::Bearer};
///
/// async fn read(Caller(name): Caller<&'static str>, Path(id): Path<u32>) -> Result<String, Refusal> {
///     // An error is our fault: 503. What is not there is answered as every path that is not there.
///     let (owner, text) = find(id).await?.ok_or(Hidden::new())?;
///     if owner != name {
///         return Err(Denied::new(Remedy::OtherCredentials).code("not_yours").into());
///     }
///     Ok(text)
/// }
///
/// // Yours asks a database.
/// async fn find(id: u32) -> Result<Option<(&'static str, String)>, std::io::Error> {
///     let owner = match id { 1 => "alice", 2 => "bob", _ => return Ok(None) };
///     Ok(Some((owner, String::from("Dear diary"))))
/// }
///
/// let auth = AuthLayer::new(Bearer::fixed("api", "s3cret", "alice"), policy::anyone()).build()?;
/// let app = auth.layer(Router::new().route("/diaries/{id}", get(read)));
///
/// let ask = |path: &str| Request::get(path).header("authorization", "Bearer s3cret").body(Body::empty());
/// assert_eq!(app.clone().oneshot(ask("/diaries/1")?).await?.status(), StatusCode::OK);
/// assert_eq!(app.clone().oneshot(ask("/diaries/2")?).await?.status(), StatusCode::FORBIDDEN);
/// assert_eq!(app.oneshot(ask("/diaries/3")?).await?.status(), StatusCode::NOT_FOUND);
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
///
/// A handler that hides what is there has more to see to than this one (the manual's chapter `composition`).
///
/// What an extractor rejects is an error, too, and so is what you parse yourself (`text.parse()?`): not ours,
/// but `?` on it would be 503. Leave the answer to the extractor, or say what to make of it:
/// `path.or(Err(Hidden::new()))?` for a `path: Result<Path<u32>, PathRejection>`. An error type of your own,
/// for 400 and 409 beside these, is `From` all that is `Into<Refusal>`. A `Box<dyn Error>` is no `Error`:
/// [`Unavailable::from_boxed`].
///
/// A service that is no handler of axum's puts it into a response: [`response`](Self::response) makes one, and
/// `extensions_mut().insert(..)` does on a response that is there already. All else that stands on
/// that response is dropped. With no `AuthLayer` outside, a response made by `response` is safe by itself, if
/// its body is: 403, 404 or 503, never a 401 without a challenge. One that it was put into goes out as it
/// is. Nothing is logged then.
#[derive(Clone)]
#[must_use = "a refusal that nobody answers with lets everybody in"]
pub struct Refusal(Box<Inner>);

#[derive(Clone)]
struct Inner {
    /// Never that it is allowed.
    decision: Decision,
    place: Option<Place>,
    head: Option<Parts>,
}

/// Of a refusal that one layer alone answers.
#[derive(Clone)]
struct Place {
    /// What decided, as text.
    rule: Arc<str>,
    /// The layer that answers.
    layer: LayerId,
}

impl Refusal {
    /// Nothing where the answer allows, and otherwise the refusal: `Refusal::unless(user.may_read(&it))?`.
    ///
    /// # Errors
    ///
    /// The refusal.
    pub fn unless(answer: impl IntoDecision) -> Result<(), Self> {
        match answer.into_decision() {
            Decision::Allow => Ok(()),
            refused @ (Decision::Deny(_) | Decision::Hide(_) | Decision::Unavailable(_)) => {
                Err(Self::of(refused))
            }
        }
    }

    /// A response that carries the refusal, and is safe by itself: 403, 404 or 503.
    pub fn response<B>(self, body: B) -> Response<B> {
        let outcome: Outcome = settle(AttemptKind::Absent, &self.0.decision, |_ask| None);
        let mut response = Response::new(body);
        *response.status_mut() = outcome.own_status(Mode::Origin);
        response.extensions_mut().insert(self);
        response
    }

    fn of(decision: Decision) -> Self {
        Self(Box::new(Inner {
            decision,
            place: None,
            head: None,
        }))
    }

    /// A refusal that one layer alone answers, and what decided.
    pub(crate) fn at(decision: Decision, rule: Arc<str>, layer: LayerId) -> Self {
        let mut refusal = Self::of(decision);
        refusal.0.place = Some(Place { rule, layer });
        refusal
    }

    /// With the head of the request that it is about.
    pub(crate) fn about(mut self, head: Parts) -> Self {
        self.0.head = Some(head);
        self
    }

    /// Whether this layer answers it.
    pub(super) fn is_for(&self, layer: LayerId) -> bool {
        self.0
            .place
            .as_ref()
            .is_none_or(|place| place.layer == layer)
    }

    /// The decision, what decided, and the head of the request if it is here.
    pub(super) fn into_parts(self) -> (Decision, Arc<str>, Option<Parts>) {
        let Inner {
            decision,
            place,
            head,
        } = *self.0;
        let rule = place.map_or_else(|| Arc::from("handler"), |place| place.rule);
        (decision, rule, head)
    }
}

impl From<Denied> for Refusal {
    fn from(denied: Denied) -> Self {
        Self::of(denied.into())
    }
}

impl From<Hidden> for Refusal {
    fn from(hidden: Hidden) -> Self {
        Self::of(hidden.into())
    }
}

impl From<NeedsLogin> for Refusal {
    fn from(needs: NeedsLogin) -> Self {
        Self::of(needs.into())
    }
}

impl From<Unavailable> for Refusal {
    fn from(unavailable: Unavailable) -> Self {
        Self::of(unavailable.into())
    }
}

impl<E: Error + Send + Sync + 'static> From<E> for Refusal {
    fn from(error: E) -> Self {
        Unavailable::from(error).into()
    }
}

impl fmt::Debug for Refusal {
    /// The decision, with its private reason; nothing of the request.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Refusal").field(&self.0.decision).finish()
    }
}
