//! Where an example listens: on this machine alone, at `PORT`, or at 3000.

use std::{env, fmt, io};

use tokio::net::TcpListener;

/// Binds to `127.0.0.1`. `PORT=0` takes any port that is free.
pub(crate) async fn listen() -> Result<TcpListener, CannotListen> {
    let port = match env::var_os("PORT") {
        None => 3000,
        Some(text) => text
            .to_str()
            .and_then(|text| text.parse().ok())
            .ok_or_else(|| CannotListen::BadPort(text.to_string_lossy().into_owned()))?,
    };
    TcpListener::bind(("127.0.0.1", port))
        .await
        .map_err(|error| CannotListen::Bind(port, error))
}

/// Why an example does not start.
pub(crate) enum CannotListen {
    BadPort(String),
    Bind(u16, io::Error),
}

impl fmt::Display for CannotListen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadPort(text) => write!(
                f,
                "PORT is `{}`: give a number from 0 to 65535, where 0 takes any free port",
                text.escape_debug()
            ),
            Self::Bind(port, error) => write!(
                f,
                "cannot listen on 127.0.0.1:{port}: {error}; PORT chooses another"
            ),
        }
    }
}

/// What `main` prints when it returns the error: the same sentence.
impl fmt::Debug for CannotListen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for CannotListen {}
