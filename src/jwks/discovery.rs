//! The document in which an issuer says where its keys are (RFC 8414, `OpenID` Connect Discovery).

use http::Uri;
use serde::Deserialize;

use crate::{json::read_object, url::Plain};

use super::{
    error::{Document, FetchError, FetchProblem},
    url,
};

/// Where an issuer puts the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WellKnown {
    /// `OpenID` Connect Discovery §4: behind the issuer's path.
    OpenId,
    /// RFC 8414 §3.1: before the issuer's path.
    OAuth,
}

/// The members that are read. The others are for clients (RFC 8414 §2).
#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    jwks_uri: String,
}

impl WellKnown {
    /// The URL of the document. A slash at the end of the issuer's path does not count.
    pub(super) fn of(self, issuer: &Uri) -> Option<Uri> {
        let (scheme, authority) = (issuer.scheme_str()?, issuer.authority()?);
        let path = issuer.path().strip_suffix('/').unwrap_or(issuer.path());
        let url = match self {
            Self::OpenId => {
                format!("{scheme}://{authority}{path}/.well-known/openid-configuration")
            }
            Self::OAuth => {
                format!("{scheme}://{authority}/.well-known/oauth-authorization-server{path}")
            }
        };
        url.parse().ok()
    }
}

/// Where the keys are. The document must name the issuer exactly (RFC 8414 §3.3), and a URL to fetch from.
pub(super) fn keys_url(text: &[u8], issuer: &str, plain: Plain) -> Result<Uri, FetchError> {
    let failed = |problem| FetchError::new(Document::Metadata, problem);
    let metadata: Metadata = read_object(text).ok_or_else(|| failed(FetchProblem::Malformed))?;
    if metadata.issuer != issuer {
        return Err(failed(FetchProblem::OtherIssuer));
    }
    url::read(&metadata.jwks_uri, plain).map_err(|_| failed(FetchProblem::KeysUrl))
}
