//! Where the keys are, and how they are fetched from there.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use http::Uri;
use tokio::time::Instant;

use crate::{
    jwt::{Algorithm, KeyError, KeySet},
    trace,
    url::Plain,
};

use super::{
    client::Client,
    discovery,
    error::{Document, FetchError, FetchProblem},
    fresh,
    state::Fetched,
};

/// The issuer is asked again where its keys are after this long.
const MOVES: Duration = Duration::from_secs(24 * 60 * 60);

/// Where keys are fetched from, and by whom.
pub(super) struct Source {
    pub(super) client: Client,
    pub(super) place: Place,
    pub(super) limit: Duration,
    /// How long what an issuer said is good while it does not say it again.
    pub(super) keep_for: Duration,
    pub(super) rsa: Algorithm,
    pub(super) metadata_fetches: AtomicU64,
}

pub(super) enum Place {
    /// Here.
    Url(Uri),
    /// Where the issuer says.
    Told(Told),
}

/// What an issuer says of where its keys are.
pub(super) struct Told {
    pub(super) issuer: String,
    pub(super) document: Uri,
    pub(super) plain: Plain,
    pub(super) found: Mutex<Option<Found>>,
}

#[derive(Clone)]
pub(super) struct Found {
    keys: Uri,
    since: Instant,
    /// It gave no keys the last time.
    doubted: bool,
}

impl Source {
    /// Whose keys they are, where that is known.
    pub(super) fn issuer(&self) -> Option<&str> {
        match &self.place {
            Place::Url(_) => None,
            Place::Told(told) => Some(&told.issuer),
        }
    }

    /// The keys, and how long they say that they are fresh.
    pub(super) async fn fetch(&self) -> Fetched<KeySet> {
        match &self.place {
            Place::Url(url) => self.keys(url.clone()).await,
            Place::Told(told) => {
                let keys = self.keys(self.ask(told).await?).await;
                if keys.is_err() {
                    told.doubt()?;
                }
                keys
            }
        }
    }

    async fn keys(&self, url: Uri) -> Fetched<KeySet> {
        let failed = |problem| FetchError::new(Document::KeySet, problem);
        let answer = self.client.get(Document::KeySet, url, self.limit).await?;
        let text = str::from_utf8(&answer.text).map_err(|_| failed(FetchProblem::Malformed))?;
        let keys = KeySet::published(text, self.rsa).map_err(|error| failed(problem(&error)))?;
        Ok((keys, fresh::lifetime(&answer.fields, SystemTime::now())))
    }

    /// Where the keys are: as the issuer said, if that was lately and is not in doubt.
    async fn ask(&self, told: &Told) -> Result<Uri, FetchError> {
        let found = told.found()?;
        let fresh = |found: &&Found| !found.doubted && found.since.elapsed() < MOVES;
        if let Some(found) = found.as_ref().filter(fresh) {
            return Ok(found.keys.clone());
        }
        match self.metadata(told).await {
            Ok(keys) => {
                told.keep(keys.clone())?;
                Ok(keys)
            }
            // An issuer that does not answer may still have its keys where they were, for a while. One that
            // says something else is believed.
            Err(error) if !is_answer(error.problem()) => {
                let recent = |found: &Found| found.since.elapsed() < MOVES + self.keep_for;
                let Some(found) = found.filter(recent) else {
                    return Err(error);
                };
                trace::metadata_not_fetched(&told.issuer, &error);
                Ok(found.keys)
            }
            Err(error) => Err(error),
        }
    }

    async fn metadata(&self, told: &Told) -> Result<Uri, FetchError> {
        self.metadata_fetches.fetch_add(1, Ordering::Relaxed);
        let url = told.document.clone();
        let answer = self.client.get(Document::Metadata, url, self.limit).await?;
        discovery::keys_url(&answer.text, &told.issuer, told.plain)
    }
}

impl Told {
    fn found(&self) -> Result<Option<Found>, FetchError> {
        let found = self.found.lock().map_err(|_| poisoned())?;
        Ok(found.clone())
    }

    fn keep(&self, keys: Uri) -> Result<(), FetchError> {
        let mut found = self.found.lock().map_err(|_| poisoned())?;
        *found = Some(Found {
            keys,
            since: Instant::now(),
            doubted: false,
        });
        Ok(())
    }

    fn doubt(&self) -> Result<(), FetchError> {
        let mut found = self.found.lock().map_err(|_| poisoned())?;
        if let Some(found) = found.as_mut() {
            found.doubted = true;
        }
        Ok(())
    }
}

const fn poisoned() -> FetchError {
    FetchError::new(Document::Metadata, FetchProblem::Panicked)
}

/// What is wrong with a set of keys.
const fn problem(error: &KeyError) -> FetchProblem {
    match error {
        KeyError::TooMany(_) => FetchProblem::TooManyKeys,
        KeyError::NoneUsable => FetchProblem::NoUsableKey,
        KeyError::Json
        | KeyError::Pem
        | KeyError::Certificate
        | KeyError::Der
        | KeyError::Member(_)
        | KeyError::Private
        | KeyError::NotForSignatures
        | KeyError::Kind
        | KeyError::UnknownAlgorithm
        | KeyError::NotFor(_)
        | KeyError::TooShort(_)
        | KeyError::Weak
        | KeyError::TooLong(_)
        | KeyError::Kid
        | KeyError::File(..) => FetchProblem::Malformed,
    }
}

/// Whether the issuer said something that takes back what it said before.
const fn is_answer(problem: FetchProblem) -> bool {
    match problem {
        FetchProblem::OtherIssuer | FetchProblem::KeysUrl => true,
        FetchProblem::NoRuntime
        | FetchProblem::Interrupted
        | FetchProblem::Unreachable
        | FetchProblem::Panicked
        | FetchProblem::TooLate
        | FetchProblem::Redirected(_)
        | FetchProblem::Status(_)
        | FetchProblem::TooLarge
        | FetchProblem::Malformed
        | FetchProblem::TooManyKeys
        | FetchProblem::NoUsableKey => false,
    }
}
