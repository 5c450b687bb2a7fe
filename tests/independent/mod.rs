//! A reader of challenges that is not ours.

use http_auth::parser::ChallengeParser;

/// A challenge as scheme, and parameters as name and unquoted value.
pub(crate) type Read = (String, Vec<(String, String)>);

/// Reads a field line with `http-auth`: printable ASCII only, no token68.
///
/// # Errors
///
/// If it is no list of challenges.
pub(crate) fn read(line: &str) -> Result<Vec<Read>, String> {
    let challenges = ChallengeParser::new(line).map(|challenge| {
        let challenge = challenge.map_err(|error| error.to_string())?;
        let parameters = challenge.params.iter();
        let parameters = parameters.map(|(name, value)| ((*name).to_owned(), value.to_unescaped()));
        Ok((challenge.scheme.to_owned(), parameters.collect()))
    });
    challenges.collect()
}
