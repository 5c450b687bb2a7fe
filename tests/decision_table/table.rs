//! The table as data, and the cases that its rows stand for.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use http::{HeaderName, Method, Request, Uri};
use serde::Deserialize;
use tower_auth::{AttemptKind, Mode, Rejection, scheme::Scheme as _};

use crate::{corpus, support::schemes::named};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Table {
    credentials: Vec<Credentials>,
    policies: Vec<Policy>,
    realms: BTreeMap<String, String>,
    row: Vec<Row>,
}

/// What a request carries.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Credentials {
    name: String,
    fields: Vec<String>,
    pub(crate) attempt: String,
    pub(crate) scheme: Option<String>,
}

/// What a policy says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Policy {
    pub(crate) name: String,
    says: String,
    of_alice: Option<String>,
    pub(crate) remedy: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Row {
    name: String,
    requirement: String,
    #[serde(default)]
    also: Vec<String>,
    schemes: Vec<String>,
    credentials: Vec<String>,
    policies: Vec<String>,
    pub(crate) outcome: String,
    status: Option<Status>,
    pub(crate) caller: Option<String>,
    #[serde(default)]
    challenges: Vec<Expected>,
    pub(crate) retry_after: Option<u64>,
    pub(crate) code: Option<String>,
    pub(crate) detail: Option<String>,
    pub(crate) next: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Status {
    origin: u16,
    proxy: u16,
}

/// A challenge, without its realm.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    scheme: String,
    charset: Option<String>,
    error: Option<String>,
    scope: Option<String>,
    acr_values: Option<String>,
    max_age: Option<String>,
}

/// A challenge as scheme, and parameters by name.
pub(crate) type Challenge = (String, BTreeMap<String, String>);

impl Row {
    pub(crate) fn name(&self) -> &str {
        &self.name
    }
}

corpus::rows!(Row; also);

/// One combination of what a row lists.
pub(crate) struct Case<'a> {
    table: &'a Table,
    pub(crate) row: &'a Row,
    pub(crate) schemes: &'a str,
    pub(crate) credentials: &'a Credentials,
    pub(crate) policy: &'a Policy,
    pub(crate) mode: Mode,
}

impl Table {
    pub(crate) fn load() -> Self {
        corpus::load("decision_table.toml", |table: &Self| &table.row)
    }

    /// All that the rows stand for. Nothing stands in a row that plays no part in it.
    pub(crate) fn cases(&self) -> Vec<Case<'_>> {
        let mut cases = Vec::new();
        for row in &self.row {
            let mut played = BTreeSet::new();
            for (schemes, credentials) in each(&row.schemes, &row.credentials) {
                let found = self
                    .credentials
                    .iter()
                    .find(|there| there.name == *credentials);
                let found = found.unwrap_or_else(|| panic!("{}: no `{credentials}`", row.name));
                if !found.fits(schemes) {
                    continue;
                }
                played.extend([schemes, credentials]);
                for (policy, mode) in each(&row.policies, &[Mode::Origin, Mode::Proxy]) {
                    let policy = self.policies.iter().find(|there| there.name == *policy);
                    cases.push(Case {
                        table: self,
                        row,
                        schemes,
                        credentials: found,
                        policy: policy.unwrap_or_else(|| panic!("{}: no such policy", row.name)),
                        mode: *mode,
                    });
                }
            }
            let listed = row.schemes.iter().chain(&row.credentials);
            let idle: Vec<_> = listed.filter(|name| !played.contains(name)).collect();
            assert!(idle.is_empty(), "{}: {idle:?} do nothing", row.name);
        }
        cases
    }
}

fn each<'a, A, B>(a: &'a [A], b: &'a [B]) -> impl Iterator<Item = (&'a A, &'a B)> {
    a.iter().flat_map(move |a| b.iter().map(move |b| (a, b)))
}

impl Credentials {
    fn fits(&self, schemes: &str) -> bool {
        let mut there = named(schemes).into_iter();
        let scheme = self.scheme.as_deref();
        scheme.is_none_or(|name| there.any(|scheme| scheme.name() == name))
    }
}

impl Case<'_> {
    /// What the scheme finds, as `settle` is told.
    pub(crate) fn attempt(&self) -> AttemptKind {
        match self.credentials.attempt.as_str() {
            "absent" => AttemptKind::Absent,
            "verified" => AttemptKind::Verified,
            "malformed" => AttemptKind::Rejected(Rejection::Malformed),
            "not_understood" => AttemptKind::Rejected(Rejection::NotUnderstood),
            "refused" => AttemptKind::Rejected(Rejection::Refused),
            "cross_origin" => AttemptKind::Rejected(Rejection::CrossOrigin),
            "invalid_request" => AttemptKind::Rejected(Rejection::InvalidRequest),
            "throttled" => AttemptKind::Rejected(Rejection::Throttled {
                retry_after: self.row.retry_after.map(Duration::from_secs),
            }),
            "unavailable" => AttemptKind::Unavailable,
            "not_made" => AttemptKind::NotMade,
            other => panic!("{self}: `{other}` is no attempt"),
        }
    }

    /// Whether it is about these credentials and this policy.
    pub(crate) fn is(&self, credentials: &str, policy: &str) -> bool {
        self.credentials.name == credentials && self.policy.name == policy
    }

    pub(crate) fn is_rejected(&self) -> bool {
        matches!(self.attempt(), AttemptKind::Rejected(_))
    }

    /// A layer looks at credentials at all.
    pub(crate) fn is_made(&self) -> bool {
        self.attempt() != AttemptKind::NotMade
    }

    /// The policy is asked about the caller: whose the credentials are was found out.
    pub(crate) fn is_decided(&self) -> bool {
        !matches!(
            self.attempt(),
            AttemptKind::Unavailable | AttemptKind::NotMade
        )
    }

    /// What the policy says of the caller.
    pub(crate) fn says(&self) -> &str {
        match (&self.policy.of_alice, self.attempt()) {
            (Some(says), AttemptKind::Verified) => says,
            (Some(_) | None, _) => &self.policy.says,
        }
    }

    /// Whether what is asked of the caller can be said: by the scheme that verified, or by any.
    pub(crate) fn has_words(&self) -> bool {
        let schemes = named(self.schemes);
        match self.attempt() {
            AttemptKind::Verified => self.credentials.scheme.as_deref() == Some("Bearer"),
            _ => schemes
                .iter()
                .any(|scheme| !matches!(scheme.name(), "Silent" | "Certificate")),
        }
    }

    /// The status that is answered, or `None` where the inner service answers.
    pub(crate) fn status(&self) -> Option<u16> {
        let status = self.row.status.as_ref()?;
        Some(match self.mode {
            Mode::Origin => status.origin,
            Mode::Proxy => status.proxy,
        })
    }

    /// The challenges that are sent.
    pub(crate) fn challenges(&self) -> Vec<Challenge> {
        let sent = self.row.challenges.iter().map(|expected| {
            let named = [
                ("realm", self.table.realms.get(&expected.scheme)),
                ("charset", expected.charset.as_ref()),
                ("error", expected.error.as_ref()),
                ("scope", expected.scope.as_ref()),
                ("acr_values", expected.acr_values.as_ref()),
                ("max_age", expected.max_age.as_ref()),
            ];
            let given = named
                .into_iter()
                .filter_map(|(name, value)| Some((name.to_owned(), value?.clone())));
            (expected.scheme.clone(), given.collect())
        });
        sent.collect()
    }

    /// A request with the credentials.
    pub(crate) fn request(&self, method: &Method, path: &'static str) -> Request<()> {
        let mut request = Request::new(());
        *request.method_mut() = method.clone();
        *request.uri_mut() = Uri::from_static(path);
        for field in &self.credentials.fields {
            let (name, value) = field.split_once(':').unwrap();
            let name = match name {
                "authorization" => self.mode.authorization(),
                _ => HeaderName::try_from(name).unwrap(),
            };
            request
                .headers_mut()
                .append(name, value.trim().parse().unwrap());
        }
        request
    }

    /// The secrets that the request carries.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &str> {
        let words = self
            .credentials
            .fields
            .iter()
            .filter_map(|field| field.rsplit([' ', ':']).next());
        words.filter(|word| !word.is_empty())
    }
}

impl std::fmt::Display for Case<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (credentials, policy) = (&self.credentials.name, &self.policy.name);
        write!(
            f,
            "{}, with schemes `{}`, credentials `{credentials}`, policy `{policy}`, {:?}",
            self.row.name, self.schemes, self.mode
        )
    }
}
