//! What is added to a response, said a second time.

use http::{HeaderName, Response, header};
use tower_auth::Mode;

use crate::stand::{Asks, CHALLENGES, Options, lines};

/// The fields that the layer may add to.
const ADDED: [HeaderName; 4] = [
    header::CACHE_CONTROL,
    header::VARY,
    header::WWW_AUTHENTICATE,
    header::PROXY_AUTHENTICATE,
];

/// Sees that a response is what these options make of the one that was given, and that nothing else of
/// it changed.
pub(crate) fn assert_follows<B>(
    options: Options,
    mode: Mode,
    asks: Asks,
    given: &Response<B>,
    passed: &Response<B>,
) {
    let about = format!("{options:?}, {mode:?}, {asks:?}, {:?}", given.headers());
    assert_eq!(passed.status(), given.status(), "{about}");
    assert_eq!(passed.version(), given.version(), "{about}");
    assert_eq!(others(passed), others(given), "{about}");

    let got = |name| lines(passed.headers(), name);
    let there = |name| lines(given.headers(), name);
    let status = given.status().as_u16();

    let mut control = there(header::CACHE_CONTROL);
    let is_private = match asks {
        Asks::Stranger => false,
        Asks::ByToken => mode == Mode::Proxy,
        Asks::ByKey | Asks::ByCookie | Asks::ByQuery => true,
    };
    if options.no_store && status == 404 {
        control = vec!["no-store".to_owned()];
    } else if options.private && is_private && control.is_empty() {
        control.push("private".to_owned());
    }
    assert_eq!(got(header::CACHE_CONTROL), control, "{about}");

    let mut vary = there(header::VARY);
    for name in ["x-api-key", "cookie"] {
        let all = vary.join(",").to_ascii_lowercase();
        let stands = |word| all.split(',').any(|one| one.trim() == word);
        if options.vary && !stands(name) && !stands("*") {
            vary.push(name.to_owned());
        }
    }
    assert_eq!(got(header::VARY), vary, "{about}");

    let (asking, own, other) = match mode {
        Mode::Origin => (401, header::WWW_AUTHENTICATE, header::PROXY_AUTHENTICATE),
        Mode::Proxy => (407, header::PROXY_AUTHENTICATE, header::WWW_AUTHENTICATE),
    };
    let mut challenges = there(own.clone());
    if options.completes && status == asking && challenges.is_empty() {
        challenges = CHALLENGES.map(str::to_owned).to_vec();
    }
    assert_eq!(got(own), challenges, "{about}");
    assert_eq!(got(other.clone()), there(other), "{about}");
}

/// All other fields, in order.
fn others<B>(response: &Response<B>) -> Vec<(&HeaderName, &[u8], bool)> {
    let fields = response.headers().iter();
    let others = fields.filter(|(name, _)| !ADDED.contains(name));
    others
        .map(|(name, value)| (name, value.as_bytes(), value.is_sensitive()))
        .collect()
}
