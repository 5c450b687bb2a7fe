//! The HTTP client that is on board: HTTP/1.1 over TLS, with the system's root certificates.

use std::{error::Error, sync::Arc};

use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::{
    client::legacy::{Client as Pool, connect::HttpConnector},
    rt::TokioExecutor,
};
use rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs};

use super::{
    builder::{RemoteKeysBuilder, Whose},
    client::Client,
    remote::RemoteKeys,
    service,
};

impl RemoteKeys {
    /// Starts with the URL of a key set (`jwks_uri`), fetched by the HTTP client that is on board:
    /// HTTP/1.1 over TLS 1.2 or 1.3, with the root certificates of the system, which are read here; the
    /// variable `SSL_CERT_FILE` names others, which count instead, such as those of an authority of your own. It
    /// reads no variables that name a proxy; behind one, give a client of your own to
    /// [`new`](Self::new).
    pub fn https(url: impl Into<String>) -> RemoteKeysBuilder {
        RemoteKeysBuilder::start(Whose::Url(url.into()), client())
    }

    /// Starts with the identifier of an issuer, as [`discover`](Self::discover) does, with the HTTP
    /// client of [`https`](Self::https).
    pub fn discover_https(issuer: impl Into<String>) -> RemoteKeysBuilder {
        RemoteKeysBuilder::start(Whose::Issuer(issuer.into()), client())
    }
}

/// A client that keeps no connection open between two fetches, or what must change before there is one.
fn client() -> Result<Client, String> {
    let mut tcp = HttpConnector::new();
    // What may be fetched over plain HTTP is decided elsewhere.
    tcp.enforce_http(false);
    let connector = HttpsConnectorBuilder::new()
        .with_tls_config(tls()?)
        .https_or_http()
        .enable_http1()
        .wrap_connector(tcp);
    let pool = Pool::builder(TokioExecutor::new())
        .pool_max_idle_per_host(0)
        .build::<_, String>(connector);
    Ok(service::of(pool))
}

/// The provider is named: that of the process may be missing, or another crate's choice.
fn tls() -> Result<ClientConfig, String> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    let (usable, _) = roots.add_parsable_certificates(found.certs);
    if usable == 0 {
        let error = found.errors.first();
        let why = error.map_or_else(String::new, |error| format!(" ({})", chain(error)));
        return Err(format!(
            "the system has no root certificates that can be used{why}: install them, name a file of \
             them in `SSL_CERT_FILE`, or give an HTTP client of your own"
        ));
    }
    let provider = Arc::new(aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| {
            format!("TLS cannot be set up ({error}): give an HTTP client of your own")
        })?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

fn chain(error: &dyn Error) -> String {
    match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}
