//! A body that counts who looks at it.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body, Frame};

/// A body of so many frames, of which nobody knows how long it is. Clones count together.
#[derive(Clone)]
pub(crate) struct Watched {
    frames: usize,
    polled: Arc<AtomicUsize>,
}

impl Watched {
    pub(crate) fn of(frames: usize) -> Self {
        Self {
            frames,
            polled: Arc::default(),
        }
    }

    /// How often somebody looked.
    pub(crate) fn polled(&self) -> usize {
        self.polled.load(SeqCst)
    }
}

impl Body for Watched {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let frame = || Frame::data(Bytes::from(vec![b'a'; 65_536]));
        let is_there = self.polled.fetch_add(1, SeqCst) < self.frames;
        Poll::Ready(is_there.then(|| Ok(frame())))
    }
}
