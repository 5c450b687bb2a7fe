//! Futures of axum's that never wait.

use std::{
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
};

/// What a future answers when it is asked for the first time, or `None` if it waits.
pub(super) fn at_once<T>(future: impl Future<Output = T>) -> Option<T> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => Some(answer),
        Poll::Pending => None,
    }
}
