//! Refusals as errors of handlers.

use ::axum::{
    body::Body,
    response::{IntoResponse, Response},
};

use crate::{
    decision::{Denied, Hidden, NeedsLogin, Unavailable},
    layer::Refusal,
};

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        self.response(Body::empty())
    }
}

impl IntoResponse for Denied {
    fn into_response(self) -> Response {
        Refusal::from(self).into_response()
    }
}

impl IntoResponse for Hidden {
    fn into_response(self) -> Response {
        Refusal::from(self).into_response()
    }
}

impl IntoResponse for NeedsLogin {
    fn into_response(self) -> Response {
        Refusal::from(self).into_response()
    }
}

impl IntoResponse for Unavailable {
    fn into_response(self) -> Response {
        Refusal::from(self).into_response()
    }
}
