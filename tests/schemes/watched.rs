//! Schemes whose verifiers are watched.

use std::{
    io,
    sync::{Arc, Mutex},
};

use tower_auth::{
    BasicCredentials, Secret,
    scheme::{ApiKey, Basic, Bearer, Scheme},
};

/// What a verifier was shown: a token, a key, or a user-id and a password.
pub(crate) type Shown = Vec<String>;

/// What a verifier answers to what it was shown. Principals are what was shown.
pub(crate) type Answer = dyn Fn(&Shown) -> io::Result<bool> + Send + Sync;

/// All that verifiers were shown, in order.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<Shown>>>);

impl Log {
    pub(crate) fn take(&self) -> Vec<Shown> {
        std::mem::take(&mut self.0.lock().unwrap())
    }

    pub(crate) fn basic(&self, realm: &str, answer: Arc<Answer>) -> Basic<Shown> {
        let log = self.clone();
        Basic::new(realm, move |credentials: BasicCredentials<'_>| {
            let password = credentials.password().expose();
            log.answer(
                &*answer,
                vec![credentials.user_id().to_owned(), password.to_owned()],
            )
        })
    }

    pub(crate) fn bearer(&self, realm: &str, answer: Arc<Answer>) -> Bearer<Shown> {
        let log = self.clone();
        Bearer::new(realm, move |token: Secret<'_>| {
            log.answer(&*answer, vec![token.expose().to_owned()])
        })
    }

    pub(crate) fn api_key(&self, field: &str, realm: &str, answer: Arc<Answer>) -> ApiKey<Shown> {
        let log = self.clone();
        ApiKey::new(field, realm, move |key: Secret<'_>| {
            log.answer(&*answer, vec![key.expose().to_owned()])
        })
    }

    /// One of each scheme.
    pub(crate) fn schemes(
        &self,
        answer: impl Fn(&Shown) -> io::Result<bool> + Send + Sync + 'static,
    ) -> [Box<dyn Scheme<Principal = Shown>>; 3] {
        let answer: Arc<Answer> = Arc::new(answer);
        [
            Box::new(self.basic("staff area", answer.clone())),
            Box::new(
                self.bearer("api", answer.clone())
                    .resource_metadata("https://e.example/api"),
            ),
            Box::new(self.api_key("X-API-Key", "api", answer)),
        ]
    }

    fn answer(&self, answer: &Answer, shown: Shown) -> io::Result<Option<Shown>> {
        self.0.lock().unwrap().push(shown.clone());
        Ok(answer(&shown)?.then_some(shown))
    }
}
