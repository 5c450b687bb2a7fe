//! What can be configured of keys that are fetched.

use std::{
    fmt,
    ops::RangeInclusive,
    sync::{Mutex, atomic::AtomicU64},
    time::Duration,
};

use crate::{
    inspect::{BuildError, Inspection},
    jwt::Algorithm,
    url::Plain,
};

use super::{
    client::Client,
    discovery::WellKnown,
    pace::Pace,
    remote::RemoteKeys,
    source::{Place, Source, Told},
    url,
};

const COOLDOWN: Limit = Limit {
    of: "time between two fetches for unknown keys",
    range: Duration::from_secs(1)..=Duration::from_secs(60 * 60),
};
const KEEPING: Limit = Limit {
    of: "time for which keys are kept",
    range: Duration::from_secs(60 * 60)..=Duration::from_secs(7 * 24 * 60 * 60),
};
const TIMEOUT: Limit = Limit {
    of: "time that a document may take",
    range: Duration::from_millis(100)..=Duration::from_secs(30),
};

/// Keys that are being configured.
#[must_use = "call `build` to get the keys"]
pub struct RemoteKeysBuilder {
    whose: Whose,
    client: Result<Client, String>,
    well_known: WellKnown,
    plain: Plain,
    cooldown: Duration,
    keep_for: Duration,
    timeout: Duration,
    rsa: Algorithm,
}

/// Whose keys they are.
pub(super) enum Whose {
    /// Of whoever publishes them here.
    Url(String),
    /// Of this issuer.
    Issuer(String),
}

struct Limit {
    of: &'static str,
    range: RangeInclusive<Duration>,
}

impl RemoteKeysBuilder {
    pub(super) fn start(whose: Whose, client: Result<Client, String>) -> Self {
        Self {
            whose,
            client,
            well_known: WellKnown::OpenId,
            plain: Plain::Never,
            cooldown: Duration::from_secs(30),
            keep_for: Duration::from_secs(24 * 60 * 60),
            timeout: Duration::from_secs(5),
            rsa: Algorithm::RS256,
        }
    }

    /// Reads the metadata of an OAuth server ([RFC 8414 §3.1]), `/.well-known/oauth-authorization-server`
    /// before the issuer's path, instead of `/.well-known/openid-configuration` behind it.
    ///
    /// [RFC 8414 §3.1]: https://www.rfc-editor.org/rfc/rfc8414#section-3.1
    pub const fn by_oauth_metadata(mut self) -> Self {
        self.well_known = WellKnown::OAuth;
        self
    }

    /// Lets the URL begin with `http://` if its host is this machine: `localhost`, `127.0.0.1` or
    /// another address of loopback. For tests, and for an issuer in the same container.
    pub const fn allow_http_on_loopback(mut self) -> Self {
        self.plain = Plain::OnLoopback;
        self
    }

    /// The least time between two fetches that are due because a token names a key that is not known, 30
    /// seconds unless you say so; a second to an hour. In between such tokens are refused at once. It is also
    /// the most between two tries while the issuer does not answer.
    pub const fn cooldown(mut self, cooldown: Duration) -> Self {
        self.cooldown = cooldown;
        self
    }

    /// How long the keys that were fetched last are good while no others can be fetched, 24 hours unless
    /// you say so; an hour to a week. As long, after a day, they are fetched from where an issuer once said that
    /// does not say so any more. Then tokens are answered with 503 until the issuer is back.
    pub const fn keep_for(mut self, keep_for: Duration) -> Self {
        self.keep_for = keep_for;
        self
    }

    /// How long a document may take, from the first byte sent to the last one read, 5 seconds unless you say
    /// so; a tenth of a second to half a minute.
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// What keys of RSA are for that do not name their `alg`: `RS256` unless you say so.
    pub const fn rsa_keys_are(mut self, algorithm: Algorithm) -> Self {
        self.rsa = algorithm;
        self
    }

    /// Checks all that was configured. Nothing is fetched yet, and no runtime is needed.
    ///
    /// # Errors
    ///
    /// All that must change, in one value.
    pub fn build(self) -> Result<RemoteKeys, BuildError> {
        let mut inspection = Inspection::default();
        COOLDOWN.inspect(self.cooldown, &mut inspection);
        KEEPING.inspect(self.keep_for, &mut inspection);
        TIMEOUT.inspect(self.timeout, &mut inspection);
        if !is_rsa(self.rsa) {
            inspection.problem(format!(
                "keys of RSA cannot be for `{}`: name one of `RS256` to `PS512`",
                self.rsa
            ));
        }
        if self.well_known == WellKnown::OAuth && matches!(self.whose, Whose::Url(_)) {
            inspection.problem(
                "no metadata are read where the URL of the keys is given: leave out `by_oauth_metadata`, \
                 or name the issuer",
            );
        }
        let place = self.place();
        let problems = [self.client.as_ref().err(), place.as_ref().err()];
        for problem in problems.into_iter().flatten() {
            inspection.problem(problem.clone());
        }
        inspection.finish()?;
        let source = Source {
            client: self.client.map_err(one)?,
            place: place.map_err(one)?,
            limit: self.timeout,
            keep_for: self.keep_for,
            rsa: self.rsa,
            metadata_fetches: AtomicU64::new(0),
        };
        let often = Pace {
            cooldown: self.cooldown,
            keep_for: self.keep_for,
            // Two documents, and a breath.
            patience: self.timeout * 2 + Duration::from_secs(1),
        };
        let (Whose::Url(url) | Whose::Issuer(url)) = &self.whose;
        // The query may be a secret. There is no user in it, nor a fragment.
        let from = url.split('?').next().unwrap_or_default().to_owned();
        Ok(RemoteKeys::start(from, source, often))
    }

    /// Where to fetch from, or what must change.
    fn place(&self) -> Result<Place, String> {
        match &self.whose {
            Whose::Url(url) => match url::read(url, self.plain) {
                Ok(url) => Ok(Place::Url(url)),
                Err(advice) => Err(format!(
                    "no keys are fetched from `{}`: {advice}",
                    shown(url)
                )),
            },
            Whose::Issuer(issuer) => {
                let refused = |advice| {
                    format!(
                        "no metadata are fetched for the issuer `{}`: {advice}",
                        shown(issuer)
                    )
                };
                let url = url::read_issuer(issuer, self.plain).map_err(refused)?;
                let document = self.well_known.of(&url);
                Ok(Place::Told(Told {
                    issuer: issuer.clone(),
                    document: document.ok_or_else(|| refused("give a shorter one"))?,
                    // An issuer elsewhere does not send anybody to this machine.
                    plain: if url::is_plain(&url) {
                        self.plain
                    } else {
                        Plain::Never
                    },
                    found: Mutex::new(None),
                }))
            }
        }
    }
}

impl fmt::Debug for RemoteKeysBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteKeysBuilder")
            .field("cooldown", &self.cooldown)
            .field("keep_for", &self.keep_for)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

impl Limit {
    fn inspect(&self, given: Duration, inspection: &mut Inspection) {
        if !self.range.contains(&given) {
            let written = |duration: &Duration| humantime::format_duration(*duration).to_string();
            inspection.problem(format!(
                "the {} is `{}`: let it be {} to {}",
                self.of,
                written(&given),
                written(self.range.start()),
                written(self.range.end())
            ));
        }
    }
}

/// A text that should be a URL, without what may be a secret: user and password before the host, the query,
/// and the fragment.
fn shown(url: &str) -> impl fmt::Display {
    let end = url.find(['?', '#']).unwrap_or(url.len());
    let (shown, rest) = url.split_at(end);
    // It may be a password that holds the `?`.
    let shown = if rest.contains('@') {
        ".."
    } else {
        shown.rsplit_once('@').map_or(shown, |(_, host)| host)
    };
    shown.escape_debug()
}

fn one(problem: String) -> BuildError {
    BuildError::of(problem.into())
}

const fn is_rsa(algorithm: Algorithm) -> bool {
    match algorithm {
        Algorithm::RS256
        | Algorithm::RS384
        | Algorithm::RS512
        | Algorithm::PS256
        | Algorithm::PS384
        | Algorithm::PS512 => true,
        Algorithm::HS256
        | Algorithm::HS384
        | Algorithm::HS512
        | Algorithm::ES256
        | Algorithm::ES384
        | Algorithm::EdDSA => false,
    }
}
