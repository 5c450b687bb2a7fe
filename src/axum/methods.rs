//! Which methods a method router answers.

use ::axum::{Router, body::Body, extract::Request, response::Response, routing::MethodRouter};
use http::{Method, StatusCode, header::ALLOW};
use tower_service::Service as _;

use super::{answering::Answering, at_once::at_once};

/// Which methods a method router answers.
pub(super) struct Methods {
    /// Those that have a handler of their own, in the order of `Allow`.
    pub(super) named: Vec<Method>,
    /// What answers all others.
    pub(super) others: Others,
}

/// What answers methods that have no handler of their own.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Others {
    /// 405.
    Nothing,
    /// A fallback, and axum adds `Allow` to what it says.
    Fallback,
    /// The handler of `any`.
    Any,
}

impl Methods {
    /// All that something answers, or `None` where that is every method there is.
    pub(super) fn answered(self) -> Option<Vec<Method>> {
        (self.others == Others::Nothing).then_some(self.named)
    }

    pub(super) fn falls_back(&self) -> bool {
        self.others == Others::Fallback
    }
}

/// Which methods a method router answers.
///
/// axum tells it with `Allow` in what it answers to a method that is not there. So it is asked for one that
/// nobody has, with every handler, fallbacks too, replaced by an empty answer; and with another answer where
/// there is no fallback.
pub(super) fn methods_of(methods: &MethodRouter) -> Methods {
    let answer = answer_to_nobody(methods);
    let fallback = answer.as_ref().map(Response::status) != Some(StatusCode::METHOD_NOT_ALLOWED);
    let allow = answer
        .as_ref()
        .and_then(|answer| answer.headers().get(ALLOW));
    let Some(allow) = allow.and_then(|allow| allow.to_str().ok()) else {
        return Methods {
            named: Vec::new(),
            others: Others::Any,
        };
    };
    let mut named = Vec::new();
    for name in allow.split(',').filter_map(|name| name.parse().ok()) {
        if !named.contains(&name) {
            named.push(name);
        }
    }
    let others = if fallback {
        Others::Fallback
    } else {
        Others::Nothing
    };
    Methods { named, others }
}

fn answer_to_nobody(methods: &MethodRouter) -> Option<Response> {
    let emptied = Answering(|| Response::new(Body::empty()));
    let mut emptied = Router::new()
        .route("/", methods.clone().layer(emptied))
        .method_not_allowed_fallback(async || StatusCode::METHOD_NOT_ALLOWED);
    let mut request = Request::new(Body::empty());
    *request.method_mut() = Method::from_bytes(b"NOBODY-HAS-IT").ok()?;
    let Ok(answer) = at_once(emptied.call(request))?;
    Some(answer)
}
