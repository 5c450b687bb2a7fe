//! For `tests/clients/run`: verifies tokens of other libraries by keys of theirs, and mints some for them to
//! read, `jwt_interop FOLDER`.
//!
//! `/BACKEND/NAME-ALGORITHM.jwks` and `.pem` greet whoever sends a token that the key in the file of
//! this name verifies; `/minted/NAME-ALGORITHM` is a token that the `.private` one has signed.

#[path = "../../../examples/listen/mod.rs"]
mod listen;

use std::{
    env,
    error::Error,
    fs,
    path::Path,
    time::{Duration, SystemTime},
};

use axum::{Router, routing::get};
use jsonwebtoken::{EncodingKey, Header, crypto::aws_lc};
use tower::Layer as _;
use tower_auth::{
    AuthLayer, Caller,
    jwt::{Algorithm, Backend, Issuer, JwtVerifier, Key, KeySet, StandardClaims},
    policy,
    scheme::Bearer,
};

const ISSUER: &str = "https://as.example.net";
const AUDIENCE: &str = "https://rs.example.com";
const BACKENDS: [(&str, Backend); 2] = [
    ("aws_lc_rs", Backend::AwsLcRs),
    ("rust_crypto", Backend::RustCrypto),
];

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // What mints is for the program to say, where both are compiled in. What verifies is not.
    if aws_lc::DEFAULT_PROVIDER.install_default().is_err() {
        return Err("another library mints".into());
    }
    let folder = env::args().nth(1).ok_or("which folder?")?;
    let mut app = Router::new();
    for file in fs::read_dir(folder)? {
        app = mount(app, &file?.path())?;
    }
    let listener = listen::listen().await?;
    println!("http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, app).await?)
}

fn mount(mut app: Router, file: &Path) -> Result<Router, Box<dyn Error>> {
    let part =
        |part: Option<&std::ffi::OsStr>| part.and_then(|part| part.to_str()).map(str::to_owned);
    let name = part(file.file_name()).ok_or("a name")?;
    let stem = part(file.file_stem()).ok_or("a name")?;
    let algorithm = stem.rsplit('-').next().unwrap_or_default();
    let keys = match part(file.extension()).as_deref() {
        Some("jwks") => KeySet::from_file(file)?,
        Some("pem") => KeySet::from(Key::from_pem(
            verified(algorithm)?,
            &fs::read_to_string(file)?,
        )?),
        Some("private") => {
            let token = mint(algorithm.parse()?, &fs::read(file)?)?;
            return Ok(app.route(&format!("/minted/{stem}"), get(token)));
        }
        _ => return Ok(app),
    };
    for (backend, library) in BACKENDS {
        let issuer = Issuer::new(ISSUER, AUDIENCE, keys.clone());
        let verifier = JwtVerifier::<StandardClaims>::new(issuer).backend(library);
        let auth = AuthLayer::new(Bearer::new("interop", verifier), policy::scope("docs:read"));
        let greeting = Router::new().fallback(greet);
        app = app.route_service(&format!("/{backend}/{name}"), auth.build()?.layer(greeting));
    }
    Ok(app)
}

async fn greet(Caller(claims): Caller<StandardClaims>) -> String {
    format!("Hello, {}!", claims.subject())
}

fn verified(algorithm: &str) -> Result<Algorithm, Box<dyn Error>> {
    Ok(match algorithm {
        "RS256" => Algorithm::RS256,
        "RS384" => Algorithm::RS384,
        "RS512" => Algorithm::RS512,
        "PS256" => Algorithm::PS256,
        "PS384" => Algorithm::PS384,
        "PS512" => Algorithm::PS512,
        "ES256" => Algorithm::ES256,
        "ES384" => Algorithm::ES384,
        "EdDSA" | "Ed25519" => Algorithm::EdDSA,
        other => return Err(format!("`{other}` has no public keys").into()),
    })
}

/// An access token (RFC 9068) of ten minutes.
fn mint(algorithm: jsonwebtoken::Algorithm, private: &[u8]) -> Result<String, Box<dyn Error>> {
    use jsonwebtoken::Algorithm as Named;
    let key = match algorithm {
        Named::HS256 | Named::HS384 | Named::HS512 => EncodingKey::from_secret(private),
        Named::ES256 | Named::ES384 => EncodingKey::from_ec_der(private),
        Named::EdDSA => EncodingKey::from_ed_der(private),
        _ => EncodingKey::from_rsa_der(private),
    };
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    let claims = serde_json::json!({
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "alice",
        "client_id": "a client",
        "jti": "one of a kind",
        "iat": now.as_secs(),
        "exp": (now + Duration::from_secs(600)).as_secs(),
        "scope": "docs:read",
    });
    let header = Header {
        typ: Some("at+jwt".to_owned()),
        ..Header::new(algorithm)
    };
    Ok(jsonwebtoken::encode(&header, &claims, &key)?)
}
