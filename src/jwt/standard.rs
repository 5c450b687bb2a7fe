//! Claims that most access tokens hold, ready to use.

use std::{collections::BTreeSet, fmt, sync::Arc, time::SystemTime};

use serde::{
    Deserialize, Deserializer,
    de::{self, DeserializeOwned},
};
use serde_json::{Map, Value};

use crate::{
    grammar::is_unfit,
    policy::{HasLogin, HasRole, HasScope},
};

use super::times::time;

/// The claims of an access token, ready to use: who it is of, for what, and how they logged in.
///
/// | method | claims |
/// |---|---|
/// | [`issuer`](Self::issuer), [`subject`](Self::subject), [`expires`](Self::expires), [`issued_at`](Self::issued_at) | `iss`, `sub`, `exp`, `iat` (RFC 7519 §4.1) |
/// | [`client_id`](Self::client_id) | `client_id` (RFC 9068 §2.2), else `azp` |
/// | [`token_id`](Self::token_id), [`session`](Self::session) | `jti`, `sid` |
/// | [`scopes`](Self::scopes) | `scope` and `scp`: texts with spaces between scopes (RFC 9068 §2.2.3), or lists |
/// | [`roles`](Self::roles) | `roles`, or where [`roles_at`](super::JwtVerifier::roles_at) says |
/// | [`login_time`](HasLogin::login_time), [`acr`](HasLogin::acr), [`amr`](Self::amr) | `auth_time`, `acr`, `amr` (RFC 9470 §6.1) |
/// | [`claim`](Self::claim) | any other |
///
/// Where one of these is there and malformed, the token is refused (`bad_claims`). Cheap to clone.
///
/// A subject is one only within its issuer ([RFC 7519 §4.1.2]): with several issuers, `(issuer, subject)`
/// is who it is. Roles and scopes count whichever issuer gave them.
///
/// With claims of your own besides, let serde flatten them, and leave those to it that it holds, such as `sub`:
///
/// ```
/// use tower_auth::{jwt::StandardClaims, policy::HasScope};
///
/// #[derive(Clone, serde::Deserialize)]
/// struct Member {
///     tenant: String,
///     #[serde(flatten)]
///     standard: StandardClaims,
/// }
///
/// impl HasScope for Member {
///     fn has_scope(&self, scope: &str) -> bool {
///         self.standard.has_scope(scope)
///     }
/// }
///
/// let claims = r#"{"iss":"https://as.example.net","sub":"alice","exp":4102444800,"scope":"read","tenant":"a"}"#;
/// let member: Member = serde_json::from_str(claims)?;
/// assert_eq!((member.standard.subject(), &*member.tenant), ("alice", "a"));
/// assert!(member.has_scope("read"));
/// # Ok::<_, serde_json::Error>(())
/// ```
///
/// [RFC 7519 §4.1.2]: https://www.rfc-editor.org/rfc/rfc7519#section-4.1.2
#[derive(Clone)]
pub struct StandardClaims(Arc<Standard>);

#[derive(Clone)]
struct Standard {
    issuer: String,
    subject: String,
    client_id: Option<String>,
    token_id: Option<String>,
    session: Option<String>,
    expires: SystemTime,
    issued_at: Option<SystemTime>,
    scopes: BTreeSet<String>,
    roles: BTreeSet<String>,
    login_time: Option<SystemTime>,
    acr: Option<String>,
    amr: Vec<String>,
    all: Map<String, Value>,
}

impl StandardClaims {
    /// Who issued the token.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.0.issuer
    }

    /// Whose it is, among those that the issuer knows.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.0.subject
    }

    /// The client that it was issued to.
    #[must_use]
    pub fn client_id(&self) -> Option<&str> {
        self.0.client_id.as_deref()
    }

    /// What tells it from every other token of the issuer.
    #[must_use]
    pub fn token_id(&self) -> Option<&str> {
        self.0.token_id.as_deref()
    }

    /// The session that it was issued in (`OpenID` Connect Front-Channel Logout §3).
    #[must_use]
    pub fn session(&self) -> Option<&str> {
        self.0.session.as_deref()
    }

    /// From when on it is not true any more.
    #[must_use]
    pub fn expires(&self) -> SystemTime {
        self.0.expires
    }

    /// When it was issued.
    #[must_use]
    pub fn issued_at(&self) -> Option<SystemTime> {
        self.0.issued_at
    }

    /// What its holder may do.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.0.scopes.iter().map(String::as_str)
    }

    /// The roles of whose it is.
    pub fn roles(&self) -> impl Iterator<Item = &str> {
        self.0.roles.iter().map(String::as_str)
    }

    /// How they logged in: the methods ([RFC 8176](https://www.rfc-editor.org/rfc/rfc8176)).
    pub fn amr(&self) -> impl Iterator<Item = &str> {
        self.0.amr.iter().map(String::as_str)
    }

    /// Any claim, as a `T`. `None` where it is absent, and where it is none: in a rule, let `None` refuse.
    #[must_use]
    pub fn claim<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        T::deserialize(self.0.all.get(name)?).ok()
    }

    /// Reads them, with the roles of these paths, and without those of `roles`.
    pub(super) fn with_roles_at(claims: &[u8], paths: &[Vec<String>]) -> serde_json::Result<Self> {
        let all = serde_json::from_slice(claims)?;
        let mut roles = BTreeSet::new();
        for path in paths {
            roles.extend(roles_at(&all, path).map_err(Malformed::told)?);
        }
        let standard = Standard::read(all, roles).map_err(Malformed::told)?;
        Ok(Self(Arc::new(standard)))
    }
}

impl HasScope for StandardClaims {
    fn has_scope(&self, scope: &str) -> bool {
        self.0.scopes.contains(scope)
    }
}

impl HasRole for StandardClaims {
    fn has_role(&self, role: &str) -> bool {
        self.0.roles.contains(role)
    }
}

impl HasLogin for StandardClaims {
    fn login_time(&self) -> Option<SystemTime> {
        self.0.login_time
    }

    fn acr(&self) -> Option<&str> {
        self.0.acr.as_deref()
    }
}

impl<'de> Deserialize<'de> for StandardClaims {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let all = Map::deserialize(deserializer)?;
        let roles = optional(&all, "roles", one_or_several).map(Option::unwrap_or_default);
        let standard = roles.and_then(|roles| Standard::read(all, roles.into_iter().collect()));
        Ok(Self(Arc::new(standard.map_err(Malformed::told)?)))
    }
}

/// A claim that is not as it must be.
struct Malformed<'a>(&'a str);

/// What is said of it.
pub(super) const MALFORMED: &str = "is missing or malformed";

impl Malformed<'_> {
    fn told<E: de::Error>(self) -> E {
        E::custom(format_args!("`{}` {MALFORMED}", self.0))
    }
}

impl Standard {
    fn read(all: Map<String, Value>, roles: BTreeSet<String>) -> Result<Self, Malformed<'static>> {
        let text = |name| optional(&all, name, owned);
        // The others are looked at in every token.
        let name = |name| optional(&all, name, |value| fit(value.as_str()?));
        let moment = |name| optional(&all, name, |value| time(value.as_f64()?));
        let spaced = |name| optional(&all, name, scopes).map(Option::unwrap_or_default);
        Ok(Self {
            issuer: text("iss")?.ok_or(Malformed("iss"))?,
            subject: text("sub")?.ok_or(Malformed("sub"))?,
            client_id: text("client_id")?.or(name("azp")?),
            token_id: text("jti")?,
            session: text("sid")?,
            expires: moment("exp")?.ok_or(Malformed("exp"))?,
            issued_at: moment("iat")?,
            scopes: spaced("scope")?.into_iter().chain(spaced("scp")?).collect(),
            roles,
            login_time: moment("auth_time")?,
            acr: text("acr")?,
            amr: optional(&all, "amr", methods)?.unwrap_or_default(),
            all,
        })
    }
}

/// A claim that may be absent, and may not be malformed.
fn optional<T>(
    all: &Map<String, Value>,
    name: &'static str,
    read: impl FnOnce(&Value) -> Option<T>,
) -> Result<Option<T>, Malformed<'static>> {
    let value = all
        .get(name)
        .map(|value| read(value).ok_or(Malformed(name)));
    value.transpose()
}

/// A name that neither breaks lines nor turns them around.
fn fit(name: &str) -> Option<String> {
    (!name.contains(is_unfit)).then(|| name.to_owned())
}

/// A list of texts, or one text.
fn one_or_several(value: &Value) -> Option<Vec<String>> {
    several(value, owned)
}

/// The same, where an element of a list may be something else of which a text can be made.
fn several(value: &Value, one: impl Fn(&Value) -> Option<String>) -> Option<Vec<String>> {
    match value {
        Value::String(text) => Some(vec![text.clone()]),
        Value::Array(values) => values.iter().map(one).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => None,
    }
}

fn owned(text: &Value) -> Option<String> {
    text.as_str().map(str::to_owned)
}

/// A list of texts, or one text, with spaces between the scopes of each.
fn scopes(value: &Value) -> Option<Vec<String>> {
    let texts = one_or_several(value)?;
    let scopes = texts.iter().flat_map(|text| text.split(' '));
    Some(
        scopes
            .filter(|scope| !scope.is_empty())
            .map(str::to_owned)
            .collect(),
    )
}

/// A list of texts, or one text, where an object in a list may stand for the method that it names, as with Supabase.
fn methods(value: &Value) -> Option<Vec<String>> {
    several(value, |one| match one {
        Value::Object(members) => owned(members.get("method")?),
        text => owned(text),
    })
}

/// What stands at the end of a path from member to member: nothing, or roles.
fn roles_at<'a>(
    all: &Map<String, Value>,
    path: &'a [String],
) -> Result<Vec<String>, Malformed<'a>> {
    let mut names = path.iter();
    let first = names.next().map_or("", String::as_str);
    let mut value = all.get(first);
    for name in names {
        value = match value {
            Some(Value::Object(members)) => members.get(name),
            Some(_) => return Err(Malformed(first)),
            None => break,
        };
    }
    let roles = value.map_or(Some(Vec::new()), one_or_several);
    roles.ok_or(Malformed(first))
}

impl fmt::Debug for StandardClaims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StandardClaims")
            .field("issuer", &self.0.issuer)
            .field("subject", &self.0.subject)
            .field("client_id", &self.0.client_id)
            .field("scopes", &self.0.scopes)
            .field("roles", &self.0.roles)
            .finish_non_exhaustive()
    }
}
