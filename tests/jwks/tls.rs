//! The client that is on board: whom it trusts, over TLS. What the system trusts is told to a process of its own.

use std::{
    env,
    fmt::Write as _,
    fs,
    path::PathBuf,
    process::{self, Command},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd,
};
use rustls::{
    ServerConfig, SupportedProtocolVersion,
    crypto::{CryptoProvider, aws_lc_rs},
    version::{TLS12, TLS13},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};
use tokio_rustls::TlsAcceptor;
use tower_auth::jwks::{FetchError, RemoteKeys};

use crate::{issuer::Issuer, keys::set};

/// From where that process fetches keys, and how.
const FROM: &str = "JWKS_FROM";
const HOW: &str = "JWKS_HOW";

type Ca = CertifiedIssuer<'static, KeyPair>;

fn authority(name: &str) -> Ca {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// Roots of a system, until they are dropped.
struct Roots(PathBuf);

impl Roots {
    fn of(text: &str) -> Self {
        static FILES: AtomicUsize = AtomicUsize::new(0);
        let number = FILES.fetch_add(1, Ordering::Relaxed);
        let name = format!("tower-auth-roots-{}-{number}.pem", process::id());
        let path = env::temp_dir().join(name);
        fs::write(&path, text).unwrap();
        Self(path)
    }
}

impl Drop for Roots {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// An issuer that proves to be this host, by the word of this authority. The port that it listens on.
async fn served(
    ca: &Ca,
    host: &str,
    expired: bool,
    version: &'static SupportedProtocolVersion,
) -> u16 {
    let mut params = CertificateParams::new(vec![host.to_owned()]).unwrap();
    if expired {
        params.not_after = date_time_ymd(2020, 1, 1);
    }
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, ca).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(&[version])
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            key.serialize_der().try_into().unwrap(),
        )
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let Ok(mut stream) = acceptor.accept(stream).await else {
                continue;
            };
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(stream.read_u8().await.unwrap());
            }
            let keys = set(&["over-tls"]);
            let length = keys.len();
            let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{keys}");
            stream.write_all(answer.as_bytes()).await.unwrap();
            stream.shutdown().await.unwrap();
        }
    });
    port
}

/// What another process says, whose system trusts these roots.
async fn asked(roots: &Roots, from: &str, how: &str) -> String {
    let mut command = Command::new(env::current_exe().unwrap());
    command
        .args(["--exact", "tls::another_process", "--nocapture"])
        .env("SSL_CERT_FILE", &roots.0)
        .env_remove("SSL_CERT_DIR")
        .env(FROM, from)
        .env(HOW, how);
    let output = tokio::task::spawn_blocking(move || command.output().unwrap());
    let output = output.await.unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let said = text.lines().find_map(|line| line.strip_prefix("it says: "));
    let told = String::from_utf8_lossy(&output.stderr);
    said.unwrap_or_else(|| panic!("{text}\n{told}")).to_owned()
}

/// The other process.
#[tokio::test]
async fn another_process() {
    let (Ok(from), Ok(how)) = (env::var(FROM), env::var(HOW)) else {
        return;
    };
    if how == "provider" {
        // What others chose for the process is of no use.
        let mut provider = aws_lc_rs::default_provider();
        provider.cipher_suites.clear();
        provider.kx_groups.clear();
        CryptoProvider::install_default(provider).unwrap();
    }
    let keys = RemoteKeys::https(from).allow_http_on_loopback();
    let said = match keys.timeout(Duration::from_secs(2)).build() {
        Err(error) => error.to_string(),
        Ok(keys) => match keys.ready().await {
            Ok(()) => keys.status().kids().join(" "),
            Err(error) => chain(&error),
        },
    };
    // The harness has begun the line.
    println!("\nit says: {said}");
}

fn chain(error: &FetchError) -> String {
    let mut text = error.to_string();
    let mut next = std::error::Error::source(error);
    while let Some(error) = next {
        write!(text, ": {error}").unwrap();
        next = error.source();
    }
    text
}

#[tokio::test]
async fn who_is_trusted_by_the_system_is_trusted() {
    let ca = authority("ours");
    let roots = Roots::of(&ca.pem());
    for version in [&TLS13, &TLS12] {
        let port = served(&ca, "localhost", false, version).await;
        let url = format!("https://localhost:{port}/jwks");
        assert_eq!(asked(&roots, &url, "").await, "over-tls");
    }
    let port = served(&ca, "127.0.0.1", false, &TLS13).await;
    let url = format!("https://127.0.0.1:{port}/jwks");
    assert_eq!(asked(&roots, &url, "").await, "over-tls");
}

#[tokio::test]
async fn what_others_chose_for_the_process_does_not_matter() {
    let ca = authority("ours");
    let port = served(&ca, "localhost", false, &TLS13).await;
    let url = format!("https://localhost:{port}/jwks");
    assert_eq!(
        asked(&Roots::of(&ca.pem()), &url, "provider").await,
        "over-tls"
    );
}

#[tokio::test]
async fn who_cannot_prove_to_be_the_host_is_not_asked() {
    let (ca, other) = (authority("ours"), authority("another"));
    let roots = Roots::of(&ca.pem());
    for (ca, host, expired, why) in [
        (&other, "localhost", false, "UnknownIssuer"),
        (&ca, "as.example.net", false, "not valid for name"),
        (&ca, "localhost", true, "expired"),
    ] {
        let port = served(ca, host, expired, &TLS13).await;
        let said = asked(&roots, &format!("https://localhost:{port}/jwks"), "").await;
        assert!(
            said.starts_with("the key set could not be fetched: "),
            "{said}"
        );
        assert!(said.contains(why), "{said}");
    }
}

#[tokio::test]
async fn who_does_not_speak_tls_is_an_outage() {
    let ca = authority("ours");
    let roots = Roots::of(&ca.pem());
    let plain = Issuer::with(&set(&["plain"])).await;
    let url = plain.url();
    let said = asked(&roots, &url.replace("http:", "https:"), "").await;
    assert!(said.starts_with("the key set "), "{said}");
    // And on this machine plain HTTP is spoken, where that was allowed.
    assert_eq!(asked(&roots, &url, "").await, "plain");
}

#[tokio::test]
async fn a_system_that_trusts_nobody_is_found_when_keys_are_built() {
    for roots in [
        Roots::of(""),
        Roots::of("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
    ] {
        let said = asked(&roots, "https://as.example.net/jwks", "").await;
        assert!(
            said.starts_with("the system has no root certificates that can be used"),
            "{said}"
        );
        assert!(said.ends_with(
            ": install them, name a file of them in `SSL_CERT_FILE`, or give an HTTP client of your own"
        ), "{said}");
    }
    let missing = Roots(env::temp_dir().join("tower-auth-no-such-roots.pem"));
    let said = asked(&missing, "https://as.example.net/jwks", "").await;
    assert!(said.contains("No such file or directory"), "{said}");
}
