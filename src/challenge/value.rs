//! The challenge itself.

use std::{fmt, sync::Arc};

use http::HeaderValue;

use super::{
    error::{ChallengeError, Flaw},
    parameter::{Form, Parameter},
    rules, write,
};

/// One element of `WWW-Authenticate` or `Proxy-Authenticate` ([RFC 9110 §11.3]).
///
/// It is valid by construction, and rendered once: what is sent later is a copy of the finished
/// field value, so that no request can fail on it. The realm is always there, and quoted, since
/// clients give up without one. Cloning is cheap.
///
/// ```
/// use tower_auth::challenge::Challenge;
///
/// # fn main() -> Result<(), tower_auth::challenge::ChallengeError> {
/// let challenge = Challenge::new("Bearer", r#"the "api""#)?.with("error", "invalid_token")?;
/// assert_eq!(challenge.to_string(), r#"Bearer realm="the \"api\"", error="invalid_token""#);
///
/// let error = Challenge::new("Basic", "line\r\nbreak").unwrap_err();
/// assert_eq!(error.part(), "realm");
/// # Ok(())
/// # }
/// ```
///
/// [RFC 9110 §11.3]: https://www.rfc-editor.org/rfc/rfc9110#section-11.3
#[derive(Clone, PartialEq, Eq)]
pub struct Challenge(Arc<Parts>);

#[derive(Clone, PartialEq, Eq)]
struct Parts {
    scheme: String,
    parameters: Vec<Parameter>,
    field: HeaderValue,
}

impl Challenge {
    /// A challenge of `scheme` for `realm`, the protection space that credentials are for.
    ///
    /// # Errors
    ///
    /// If the scheme is no token, or the realm is not made of printable ASCII.
    pub fn new(scheme: &str, realm: &str) -> Result<Self, ChallengeError> {
        let flawed = |flaw| ChallengeError::new("scheme", flaw);
        rules::token(scheme).map_err(flawed)?;
        let field = HeaderValue::try_from(scheme).map_err(|_| flawed(Flaw::NotPrintableAscii))?;
        let mut challenge = Self(Arc::new(Parts {
            scheme: scheme.to_owned(),
            parameters: Vec::new(),
            field,
        }));
        challenge.add("realm", realm, Form::Quoted)?;
        Ok(challenge)
    }

    /// Adds a parameter, written `name="value"`.
    ///
    /// # Errors
    ///
    /// If the name is no token, stands there already, or has a value that its definition does
    /// not allow. Parameters of RFC 6750, 7617, 9470 and 9728 are held to their definitions.
    pub fn with(&self, name: &str, value: &str) -> Result<Self, ChallengeError> {
        let mut more = self.clone();
        more.push(name, value)?;
        Ok(more)
    }

    /// As [`with`](Self::with), in place. With an error, nothing is added.
    pub(crate) fn push(&mut self, name: &str, value: &str) -> Result<(), ChallengeError> {
        self.add(name, value, Form::Quoted)
    }

    /// Adds a parameter, written `name=value`, where the scheme's definition forbids the quotes
    /// (`stale` and `algorithm` of Digest).
    ///
    /// # Errors
    ///
    /// As [`with`](Self::with), and if the value is no token.
    pub fn with_token(&self, name: &str, value: &str) -> Result<Self, ChallengeError> {
        rules::token(value).map_err(|flaw| ChallengeError::new(name, flaw))?;
        let mut more = self.clone();
        more.add(name, value, Form::Token)?;
        Ok(more)
    }

    /// The name of the scheme.
    #[must_use]
    pub fn scheme(&self) -> &str {
        &self.0.scheme
    }

    /// The parameters, as name and unquoted value, in the order in which they are sent.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        let parameters = self.0.parameters.iter();
        parameters.map(|parameter| (parameter.name.as_str(), parameter.value.as_str()))
    }

    /// The finished field value.
    #[must_use]
    pub fn as_header_value(&self) -> &HeaderValue {
        &self.0.field
    }

    fn add(&mut self, name: &str, value: &str, form: Form) -> Result<(), ChallengeError> {
        let flawed = |flaw| ChallengeError::new(name, flaw);
        rules::token(name).map_err(flawed)?;
        rules::value(name, value).map_err(flawed)?;
        if self
            .parameters()
            .any(|(there, _)| there.eq_ignore_ascii_case(name))
        {
            return Err(flawed(Flaw::Twice));
        }
        let parameter = Parameter {
            name: name.to_owned(),
            value: value.to_owned(),
            form,
        };
        let line = write::behind(self.line(), self.0.parameters.is_empty(), &parameter);
        let field = HeaderValue::try_from(line).map_err(|_| flawed(Flaw::NotPrintableAscii))?;
        let parts = Arc::make_mut(&mut self.0);
        parts.parameters.push(parameter);
        parts.field = field;
        Ok(())
    }

    /// The field value as text, which it is by construction.
    fn line(&self) -> &str {
        self.0.field.to_str().unwrap_or_default()
    }
}

impl fmt::Display for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.line())
    }
}

impl fmt::Debug for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Challenge({self})")
    }
}
