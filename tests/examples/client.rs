//! Requests over loopback, and what comes back.

use std::error::Error;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http_body_util::{BodyExt as _, Full};
use hyper::{HeaderMap, Request, body::Bytes, header::WWW_AUTHENTICATE};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};

/// The credentials on a request.
#[derive(Clone, Copy, Debug)]
pub(crate) enum With {
    Nothing,
    Basic(&'static str),
    Bearer(&'static str),
    Key(&'static str),
    /// Fields as they stand.
    Fields(&'static [(&'static str, &'static str)]),
}

impl With {
    pub(crate) fn fields(self) -> Vec<(&'static str, String)> {
        match self {
            Self::Nothing => Vec::new(),
            Self::Basic(text) => {
                vec![("authorization", format!("Basic {}", STANDARD.encode(text)))]
            }
            Self::Bearer(token) => vec![("authorization", format!("Bearer {token}"))],
            Self::Key(key) => vec![("x-api-key", key.to_owned())],
            Self::Fields(fields) => fields
                .iter()
                .map(|(name, value)| (*name, (*value).to_owned()))
                .collect(),
        }
    }
}

#[derive(Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn challenges(&self) -> Vec<&str> {
        let lines = self.headers.get_all(WWW_AUTHENTICATE).iter();
        lines.filter_map(|line| line.to_str().ok()).collect()
    }

    /// The answer without its date, which differs between any two.
    pub(crate) fn dateless(mut self) -> Self {
        self.headers.remove("date");
        self
    }

    /// The value of a field, or nothing.
    pub(crate) fn field(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.and_then(|value| value.to_str().ok()).unwrap_or("")
    }
}

pub(crate) async fn ask(
    base: &str,
    method: &str,
    path: &str,
    fields: &[(&'static str, String)],
) -> Result<Answer, Box<dyn Error>> {
    let body = if method == "POST" { "Hello" } else { "" };
    send(method, &format!("{base}{path}"), fields, body).await
}

pub(crate) async fn send(
    method: &str,
    url: &str,
    fields: &[(impl AsRef<str>, String)],
    body: &str,
) -> Result<Answer, Box<dyn Error>> {
    let client = Client::builder(TokioExecutor::new()).build_http();
    let mut request = Request::builder().method(method).uri(url);
    for (name, value) in fields {
        request = request.header(name.as_ref(), value);
    }
    let response = client
        .request(request.body(Full::<Bytes>::from(body.to_owned()))?)
        .await?;
    let (head, body) = response.into_parts();
    let bytes = body.collect().await?.to_bytes();
    Ok(Answer {
        status: head.status.as_u16(),
        headers: head.headers,
        body: String::from_utf8(bytes.to_vec())?,
    })
}
