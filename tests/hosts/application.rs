//! The application that all hosts serve: what it answers, and what its handlers refuse.

use std::{fmt::Debug, sync::atomic::Ordering};

use axum::{
    body::Body,
    extract::{Request, State},
    response::IntoResponse,
    routing::{MethodRouter, get},
};
use bytes::Bytes;
use http::{
    HeaderValue, Method, Response,
    header::{CONTENT_LENGTH, WWW_AUTHENTICATE},
};
use http_body_util::{BodyExt, Full};
use tower_auth::{
    Caller, Decision, Denied, Hidden, NeedsLogin, Refusal, Remedy, Unavailable, policy::Access,
};

use crate::{
    support::{rules, user::User},
    table::Case,
    watched::Watch,
};

/// What is sent with POST.
pub(crate) const SENT: &str = "<document/>";

#[derive(Clone)]
pub(crate) struct Application {
    watch: Watch,
    /// The name of the policy that handlers ask.
    policy: String,
}

impl Application {
    pub(crate) fn of(case: &Case<'_>, watch: &Watch) -> Self {
        Self {
            watch: watch.clone(),
            policy: case.policy.name.clone(),
        }
    }

    /// Answers with the name of the caller, once the body is read.
    pub(crate) async fn answer<Q>(&self, request: http::Request<Q>) -> Response<Full<Bytes>>
    where
        Q: http_body::Body<Error: Debug>,
    {
        let (head, body) = request.into_parts();
        let sent = body.collect().await.unwrap().to_bytes();
        let expected = if head.method == Method::POST {
            SENT
        } else {
            ""
        };
        assert_eq!(sent, expected);
        self.watch.answered.fetch_add(1, Ordering::SeqCst);

        let name = Caller::<User>::of(&head.extensions).map_or("nobody", |user| user.0);
        let text = if head.method == Method::HEAD {
            ""
        } else {
            name
        };
        let mut response = Response::new(Full::from(text));
        let fields = response.headers_mut();
        // A response may carry a challenge of its own (RFC 9110 §11.6.1).
        fields.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Negotiate"));
        fields.insert(CONTENT_LENGTH, HeaderValue::from(name.len()));
        response
    }

    /// What a handler answers that asks the policy itself.
    pub(crate) async fn decide<Q, E>(
        &self,
        request: http::Request<Q>,
    ) -> Result<Response<Full<Bytes>>, E>
    where
        Q: http_body::Body<Error: Debug>,
        E: Told,
    {
        self.watch.handler.fetch_add(1, Ordering::SeqCst);
        let (head, body) = request.into_parts();
        let step = {
            let caller = Caller::<User>::of(&head.extensions);
            rules::named(&self.policy).decide(&Access::new(caller, &head))
        };
        E::told(step.wait().await)?;
        Ok(self.answer(http::Request::from_parts(head, body)).await)
    }
}

/// An error that a handler refuses with.
pub(crate) trait Told: Into<Refusal> + IntoResponse + Send + 'static {
    /// Says what was decided.
    fn told(decision: Decision) -> Result<(), Self>;
}

impl Told for Refusal {
    fn told(decision: Decision) -> Result<(), Self> {
        Self::unless(decision)
    }
}

impl Told for Denied {
    fn told(decision: Decision) -> Result<(), Self> {
        match decision {
            Decision::Allow => Ok(()),
            Decision::Deny(denied) => Err(denied),
            other => panic!("{other:?}"),
        }
    }
}

impl Told for Hidden {
    fn told(decision: Decision) -> Result<(), Self> {
        match decision {
            Decision::Allow => Ok(()),
            Decision::Hide(hidden) => Err(hidden),
            other => panic!("{other:?}"),
        }
    }
}

impl Told for Unavailable {
    fn told(decision: Decision) -> Result<(), Self> {
        match decision {
            Decision::Allow => Ok(()),
            Decision::Unavailable(unavailable) => Err(unavailable),
            other => panic!("{other:?}"),
        }
    }
}

impl Told for NeedsLogin {
    fn told(decision: Decision) -> Result<(), Self> {
        let denied = match decision {
            Decision::Allow => return Ok(()),
            Decision::Deny(denied) => denied,
            other => panic!("{other:?}"),
        };
        Err(match denied.remedy() {
            Remedy::OtherCredentials => Self::new(),
            Remedy::Missing(missing) => Self::again(missing.login().unwrap().clone()),
            Remedy::Nothing => panic!("{denied:?}"),
        })
    }
}

/// A handler that lets everybody in.
pub(crate) fn open(application: Application) -> MethodRouter {
    async fn answer(
        State(application): State<Application>,
        request: Request,
    ) -> axum::response::Response {
        application.answer(request).await.map(Body::new)
    }
    get(answer).post(answer).with_state(application)
}

/// A handler that refuses with this error.
pub(crate) fn deciding<E: Told>(application: Application) -> MethodRouter {
    async fn decide<E: Told>(
        State(application): State<Application>,
        request: Request,
    ) -> Result<axum::response::Response, E> {
        let response = application.decide(request).await?;
        Ok(response.map(Body::new))
    }
    get(decide::<E>).post(decide::<E>).with_state(application)
}

/// A handler that asks who calls before anything else.
pub(crate) fn of_a_caller(application: Application) -> MethodRouter {
    async fn answer(
        State(application): State<Application>,
        Caller(_): Caller<User>,
        request: Request,
    ) -> axum::response::Response {
        application.answer(request).await.map(Body::new)
    }
    get(answer).post(answer).with_state(application)
}
