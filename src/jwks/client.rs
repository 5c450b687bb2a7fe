//! An HTTP client, whatever its type, that is asked for one document.

use std::{sync::Mutex, time::Duration};

use http::{HeaderMap, Uri};
use tokio::time::timeout;

use crate::{caught::caught, step::Waiting};

use super::error::{Document, FetchError, FetchProblem};

/// An HTTP client, whatever its type. It need not be `Sync`: it is lent to one at a time.
pub(super) struct Client(Mutex<Option<Box<dyn Ask>>>);

/// A client that can be asked for a document.
pub(super) trait Ask: Send {
    fn copy(&self) -> Box<dyn Ask>;

    /// The document, if it is answered with 200 and not too long.
    fn ask(self: Box<Self>, document: Document, uri: Uri) -> Waiting<Result<Answer, FetchError>>;
}

/// A document, and the fields that came with it.
pub(super) struct Answer {
    pub(super) fields: HeaderMap,
    pub(super) text: Vec<u8>,
}

impl Client {
    pub(super) fn new(client: impl Ask + 'static) -> Self {
        Self(Mutex::new(Some(Box::new(client))))
    }

    /// Fetches a document, if it takes no longer than `limit`.
    pub(super) async fn get(
        &self,
        document: Document,
        uri: Uri,
        limit: Duration,
    ) -> Result<Answer, FetchError> {
        let failed = |problem| FetchError::new(document, problem);
        let client = self.copy().ok_or_else(|| failed(FetchProblem::Panicked))?;
        match timeout(limit, client.ask(document, uri)).await {
            Ok(answer) => answer,
            Err(_) => Err(failed(FetchProblem::TooLate)),
        }
    }

    /// A clone. It is made outside of the lock: a service of others may do there what it likes.
    fn copy(&self) -> Option<Box<dyn Ask>> {
        let client = self.0.lock().ok()?.take()?;
        let copy = caught(|| client.copy());
        *self.0.lock().ok()? = Some(client);
        copy
    }
}
