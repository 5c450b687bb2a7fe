//! How field lines become challenges again.

use std::collections::HashSet;

use super::{
    read_error::{ReadError, ReadFlaw},
    scan::Scan,
};

/// What is read at most, in bytes over all lines.
const LONGEST: usize = 16 * 1024;

/// Reads the lines of `WWW-Authenticate` or `Proxy-Authenticate`, for clients and for tests.
///
/// Strict, as [RFC 9110 §11.6.1] has it: several challenges on one line or on many, each with
/// parameters, one token68, or neither. Whitespace around `=` and empty elements are skipped. A
/// list ends with its line. The time it takes grows with the length alone.
///
/// # Errors
///
/// If the lines are no list of challenges, hold a parameter that belongs to none
/// (`Basic, realm="x"`) or one twice in the same, or are longer than 16 KiB together.
///
/// ```
/// use http::{HeaderMap, HeaderValue, header::WWW_AUTHENTICATE};
/// use tower_auth::challenge::{ReadFlaw, read};
///
/// let mut headers = HeaderMap::new();
/// headers.append(WWW_AUTHENTICATE, HeaderValue::from_static(r#"Negotiate YQ==, Basic realm="simple""#));
/// headers.append(WWW_AUTHENTICATE, HeaderValue::from_static(r#"Newauth title="the \"apps\"", type=1"#));
///
/// let challenges = read(headers.get_all(WWW_AUTHENTICATE))?;
/// assert_eq!(challenges.len(), 3);
/// assert_eq!(challenges[0].token68(), Some("YQ=="));
/// assert_eq!(challenges[1].parameter("Realm"), Some("simple"));
/// assert_eq!(challenges[2].scheme(), "Newauth");
/// assert!(challenges[2].parameters().eq([("title", r#"the "apps""#), ("type", "1")]));
///
/// let error = read([r#"Basic realm="simple"#]).unwrap_err();
/// assert_eq!(error.flaw(), ReadFlaw::Unclosed);
/// # Ok::<_, tower_auth::challenge::ReadError>(())
/// ```
///
/// [RFC 9110 §11.6.1]: https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1
pub fn read<L: AsRef<[u8]>>(
    lines: impl IntoIterator<Item = L>,
) -> Result<Vec<ReadChallenge>, ReadError> {
    let mut challenges = Vec::new();
    let mut room = LONGEST;
    for (place, line) in lines.into_iter().enumerate() {
        let line = line.as_ref();
        match room.checked_sub(line.len()) {
            Some(left) => room = left,
            None => return Err(ReadError::new(ReadFlaw::TooLong, place, room)),
        }
        let mut scan = Scan::new(line);
        read_line(&mut scan, &mut challenges)
            .map_err(|flaw| ReadError::new(flaw, place, scan.at()))?;
    }
    Ok(challenges)
}

/// One challenge, as it was read. Made by [`read`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadChallenge {
    scheme: String,
    content: Content,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Content {
    Parameters(Vec<(String, String)>),
    Token68(String),
}

impl ReadChallenge {
    /// The name of the scheme, as it was sent: compare it without regard to case (RFC 9110 §11.1).
    #[must_use]
    pub fn scheme(&self) -> &str {
        &self.scheme
    }

    /// The parameters, as name and unquoted value, in the order in which they were sent.
    ///
    /// Bytes outside of ASCII are read as the characters U+0080 to U+00FF: their meaning is not
    /// defined, and none is lost.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        let parameters = match &self.content {
            Content::Parameters(parameters) => parameters.as_slice(),
            Content::Token68(_) => &[],
        };
        parameters
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The value of the parameter of this name, which is compared without regard to case.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let mut parameters = self.parameters();
        parameters
            .find(|(there, _)| there.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// What stands there instead of parameters, for schemes such as `Negotiate`.
    #[must_use]
    pub fn token68(&self) -> Option<&str> {
        match &self.content {
            Content::Parameters(_) => None,
            Content::Token68(token68) => Some(token68),
        }
    }
}

fn read_line(scan: &mut Scan<'_>, challenges: &mut Vec<ReadChallenge>) -> Result<(), ReadFlaw> {
    scan.empty_elements();
    while !scan.is_done() {
        challenges.push(read_challenge(scan)?);
    }
    Ok(())
}

fn read_challenge(scan: &mut Scan<'_>) -> Result<ReadChallenge, ReadFlaw> {
    if scan.name().is_some() {
        return Err(ReadFlaw::NoChallenge);
    }
    let scheme = scan.token()?;
    let alone = scan.run(|byte| byte == b' ').is_empty();
    let token68 = if alone { None } else { scan.token68() };
    let content = match token68 {
        Some(token68) => {
            scan.separator()?;
            Content::Token68(token68)
        }
        None if alone => {
            scan.separator()?;
            Content::Parameters(Vec::new())
        }
        None => Content::Parameters(read_parameters(scan)?),
    };
    Ok(ReadChallenge { scheme, content })
}

/// Parameters go on until an element is none.
fn read_parameters(scan: &mut Scan<'_>) -> Result<Vec<(String, String)>, ReadFlaw> {
    let mut parameters = Vec::new();
    let mut names = HashSet::new();
    let mut next = scan.name();
    loop {
        if let Some(name) = next {
            if !names.insert(name.to_ascii_lowercase()) {
                return Err(ReadFlaw::Twice);
            }
            parameters.push((name, scan.value()?));
        }
        scan.separator()?;
        next = scan.name();
        if next.is_none() {
            return Ok(parameters);
        }
    }
}
