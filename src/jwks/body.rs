//! Bodies, read up to a limit.

use std::{error::Error, future::poll_fn, pin::pin, sync::Arc};

use bytes::Buf as _;
use http_body::Body;

/// The longest document that is read, in bytes.
const LONGEST: usize = 256 * 1024;

/// As many frames as a document may have bytes.
const MOST_FRAMES: usize = LONGEST;

#[derive(Debug)]
pub(super) enum Problem {
    TooLarge,
    Broken(Arc<dyn Error + Send + Sync>),
}

/// All of a body, or nothing of one that is too long: no more of that is asked for.
pub(super) async fn read<B>(body: B) -> Result<Vec<u8>, Problem>
where
    B: Body<Error: Into<Box<dyn Error + Send + Sync>>>,
{
    if body.size_hint().lower() > LONGEST as u64 {
        return Err(Problem::TooLarge);
    }
    let mut body = pin!(body);
    let mut text = Vec::new();
    let mut frames = 0;
    while let Some(frame) = poll_fn(|context| body.as_mut().poll_frame(context)).await {
        // Whoever sends frames without data is not read for ever, either.
        frames += 1;
        if frames > MOST_FRAMES {
            return Err(Problem::TooLarge);
        }
        let frame = frame.map_err(|error| Problem::Broken(error.into().into()))?;
        let Ok(mut data) = frame.into_data() else {
            continue;
        };
        if data.remaining() > LONGEST - text.len() {
            return Err(Problem::TooLarge);
        }
        while data.has_remaining() {
            let chunk = data.chunk();
            text.extend_from_slice(chunk);
            let length = chunk.len();
            data.advance(length);
        }
    }
    Ok(text)
}
