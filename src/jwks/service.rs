//! The one file that knows tower here: any service that answers HTTP requests fetches keys.

use std::{error::Error, future::poll_fn, marker::PhantomData};

use http::{
    HeaderValue, Request, Response, StatusCode, Uri,
    header::{ACCEPT, USER_AGENT},
};
use http_body::Body;
use tower_service::Service;

use crate::step::Waiting;

use super::{
    body,
    builder::{RemoteKeysBuilder, Whose},
    client::{Answer, Ask, Client},
    error::{Document, FetchError, FetchProblem},
    remote::RemoteKeys,
};

impl RemoteKeys {
    /// Starts with the URL of a key set (`jwks_uri`), and the HTTP client that fetches it: any tower
    /// service, which is cloned for each request. Give it one that follows no redirects and keeps no
    /// cookies. It has to speak TLS: `https://` is what URLs begin with. Clients whose requests are of a type
    /// of their own, such as that of `reqwest`, need a few lines around them (`tower::service_fn`).
    #[expect(clippy::new_ret_no_self, reason = "what is built is checked first")]
    pub fn new<S, B, R>(url: impl Into<String>, client: S) -> RemoteKeysBuilder
    where
        S: Service<Request<B>, Response = Response<R>> + Clone + Send + 'static,
        S::Error: Into<Box<dyn Error + Send + Sync>>,
        S::Future: Send,
        B: Default + Send + 'static,
        R: Body<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static,
    {
        RemoteKeysBuilder::start(Whose::Url(url.into()), Ok(of(client)))
    }

    /// Starts with the identifier of an issuer, which says in its metadata where its keys are
    /// (`OpenID` Connect Discovery §4; for RFC 8414, see
    /// [`by_oauth_metadata`](RemoteKeysBuilder::by_oauth_metadata)), and an HTTP client, as
    /// [`new`](Self::new) takes it.
    ///
    /// The metadata must name this issuer, letter by letter ([RFC 8414 §3.3]). They are read once a
    /// day, and again when there are no keys where they say.
    ///
    /// [RFC 8414 §3.3]: https://www.rfc-editor.org/rfc/rfc8414#section-3.3
    pub fn discover<S, B, R>(issuer: impl Into<String>, client: S) -> RemoteKeysBuilder
    where
        S: Service<Request<B>, Response = Response<R>> + Clone + Send + 'static,
        S::Error: Into<Box<dyn Error + Send + Sync>>,
        S::Future: Send,
        B: Default + Send + 'static,
        R: Body<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static,
    {
        RemoteKeysBuilder::start(Whose::Issuer(issuer.into()), Ok(of(client)))
    }
}

/// A service as a client.
pub(super) fn of<S, B, R>(service: S) -> Client
where
    S: Service<Request<B>, Response = Response<R>> + Clone + Send + 'static,
    S::Error: Into<Box<dyn Error + Send + Sync>>,
    S::Future: Send,
    B: Default + Send + 'static,
    R: Body<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static,
{
    Client::new(Asked {
        service,
        body: PhantomData::<fn() -> B>,
    })
}

struct Asked<S, B> {
    service: S,
    body: PhantomData<fn() -> B>,
}

impl<S, B, R> Ask for Asked<S, B>
where
    S: Service<Request<B>, Response = Response<R>> + Clone + Send + 'static,
    S::Error: Into<Box<dyn Error + Send + Sync>>,
    S::Future: Send,
    B: Default + Send + 'static,
    R: Body<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static,
{
    fn copy(&self) -> Box<dyn Ask> {
        Box::new(Self {
            service: self.service.clone(),
            body: PhantomData,
        })
    }

    fn ask(self: Box<Self>, document: Document, uri: Uri) -> Waiting<Result<Answer, FetchError>> {
        let failed = move |problem| FetchError::new(document, problem);
        let unreachable = move |error: S::Error| {
            let error: Box<dyn Error + Send + Sync> = error.into();
            failed(FetchProblem::Unreachable).because(error.into())
        };
        let mut client = self.service;
        Box::pin(async move {
            poll_fn(|context| client.poll_ready(context))
                .await
                .map_err(unreachable)?;
            let response = client
                .call(request(document, uri))
                .await
                .map_err(unreachable)?;
            let (head, body) = response.into_parts();
            match head.status {
                StatusCode::OK => {}
                status => return Err(failed(refused(status.as_u16()))),
            }
            let text = body::read(body).await.map_err(|problem| match problem {
                body::Problem::TooLarge => failed(FetchProblem::TooLarge),
                body::Problem::Broken(error) => failed(FetchProblem::Unreachable).because(error),
            })?;
            Ok(Answer {
                fields: head.headers,
                text,
            })
        })
    }
}

/// RFC 9110 §15.4: which of them lead somewhere else.
const fn refused(status: u16) -> FetchProblem {
    match status {
        301 | 302 | 303 | 307 | 308 => FetchProblem::Redirected(status),
        _ => FetchProblem::Status(status),
    }
}

fn request<B: Default>(document: Document, uri: Uri) -> Request<B> {
    let accepted = match document {
        // RFC 7517 §8.5; most issuers say that it is JSON.
        Document::KeySet => "application/jwk-set+json, application/json",
        Document::Metadata => "application/json",
    };
    let mut request = Request::new(B::default());
    *request.uri_mut() = uri;
    let fields = request.headers_mut();
    fields.insert(ACCEPT, HeaderValue::from_static(accepted));
    fields.insert(USER_AGENT, HeaderValue::from_static("tower-auth"));
    request
}
