//! Whether a request was sent by the origin that it is sent to.

use http::{HeaderMap, HeaderName, Method, header, request::Parts};

use crate::{
    inspect::Inspection,
    url::{is_loopback_to_browsers, is_scheme, split_port},
};

const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// Which origins may have a browser send a request: the one that the request is sent to, and
/// those that you name.
///
/// For cookies ([`Bearer::in_cookie`](crate::scheme::Bearer::in_cookie)), and a policy by itself
/// ([`policy::same_origin`](crate::policy::same_origin)).
///
/// - `Sec-Fetch-Site`, which browsers write and pages cannot, decides where it is there. It must be
///   there once, as `same-origin` or `none` (a bookmark, an address that was typed). Browsers send
///   it to `https` and to loopback addresses alone.
/// - Without it, `Origin` decides ([RFC 6454 §7]). It must be there once, and name the host and the
///   port that the request is for: those of the URI, else those of the only `Host`. `null` is
///   refused. A service cannot know the scheme that it was called with where something before it
///   ends TLS; so the schemes are not compared, and a port that is left out is the default one of
///   the scheme that `Origin` names. Where something before it changes `Host`, name your own origin
///   in [`also_from`](Self::also_from).
/// - With neither, the request is fine: programs write neither. Browsers write one of them with
///   whatever changes something, if they are not older than 2020; with a `GET` over plain `http` they
///   write neither.
///
/// ```
/// # tokio_test::block_on(async {
/// use http::{Request, Response, StatusCode};
/// use tower::{Layer, ServiceExt, service_fn};
/// use tower_auth::{AuthLayer, SameOrigin, policy, scheme::Bearer};
///
/// let origins = SameOrigin::new().also_from("https://app.example");
/// let bearer = Bearer::fixed("api", "s3cret", "alice").in_cookie("__Host-token", origins);
/// let layer = AuthLayer::new(bearer, policy::authenticated()).build_with(Vec::from)?;
/// let service = layer.layer(service_fn(|_: Request<()>| async {
///     Ok::<_, std::convert::Infallible>(Response::new(Vec::new()))
/// }));
///
/// let sent_by = |origin| {
///     let request = Request::delete("/").header("cookie", "__Host-token=s3cret");
///     request.header("host", "api.example").header("origin", origin).body(())
/// };
/// for (origin, status) in [
///     ("https://api.example", StatusCode::OK),
///     ("https://app.example", StatusCode::OK),
///     ("https://evil.example", StatusCode::FORBIDDEN),
///     ("null", StatusCode::FORBIDDEN),
/// ] {
///     assert_eq!(service.clone().oneshot(sent_by(origin)?).await?.status(), status);
/// }
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
///
/// [RFC 6454 §7]: https://www.rfc-editor.org/rfc/rfc6454#section-7
#[derive(Clone, Debug, Default)]
pub struct SameOrigin {
    trusted: Vec<String>,
    same_site: bool,
    navigation: bool,
}

impl SameOrigin {
    /// The origin that the request is sent to, and no other.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            trusted: Vec::new(),
            same_site: false,
            navigation: false,
        }
    }

    /// And this one, written as browsers write it in `Origin`: `https://app.example`, in lower
    /// case, without a default port, a path or a slash at the end. It is checked when the layer is
    /// built, and compared exactly.
    #[must_use]
    pub fn also_from(mut self, origin: &str) -> Self {
        self.trusted.push(origin.to_owned());
        self
    }

    /// And those of the same site, where the browser says so: every subdomain of the domain that
    /// was registered, whoever runs it, under the same scheme.
    #[must_use]
    pub const fn also_same_site(mut self) -> Self {
        self.same_site = true;
        self
    }

    /// And links from anywhere: a `GET` or a `HEAD` that fills a tab of the browser
    /// (`Sec-Fetch-Mode: navigate`, `Sec-Fetch-Dest: document`). Cookies need it not: they count
    /// for these methods in any case.
    #[must_use]
    pub const fn also_navigation(mut self) -> Self {
        self.navigation = true;
        self
    }

    /// Whether the request may have been sent, by whichever method.
    pub(crate) fn allows(&self, head: &Parts) -> bool {
        match single(&head.headers, &SITE) {
            Line::Once(b"same-origin" | b"none") => true,
            Line::Once(b"same-site") => self.same_site || self.excepts(head),
            Line::Once(b"cross-site") => self.excepts(head),
            Line::Absent => match single(&head.headers, &header::ORIGIN) {
                Line::Absent => true,
                Line::Once(origin) => is_own(origin, head) || self.trusts(origin),
                Line::Several => false,
            },
            Line::Once(_) | Line::Several => false,
        }
    }

    /// Whether what a browser sends by itself may count: the request changes nothing, or one of
    /// these origins sent it. An upgrade (to a WebSocket) is a `GET` that more comes behind.
    ///
    /// For an ambient scheme of your own: where it is no, answer
    /// [`Rejection::CrossOrigin`](crate::Rejection::CrossOrigin).
    ///
    /// ```
    /// use http::Request;
    /// use tower_auth::SameOrigin;
    ///
    /// let sent_by = |site: &str| Request::post("/").header("sec-fetch-site", site).body(());
    /// let (own, ()) = sent_by("same-origin").unwrap().into_parts();
    /// let (other, ()) = sent_by("cross-site").unwrap().into_parts();
    /// assert!(SameOrigin::new().allows_ambient(&own));
    /// assert!(!SameOrigin::new().allows_ambient(&other));
    /// ```
    #[must_use]
    pub fn allows_ambient(&self, head: &Parts) -> bool {
        changes_nothing(head) || self.allows(head)
    }

    /// The same for what browsers send over TLS alone: then a page that came without is another's,
    /// but on a loopback host.
    pub(crate) fn allows_secure(&self, head: &Parts) -> bool {
        changes_nothing(head) || (self.allows(head) && !self.is_plain(head))
    }

    /// Reports origins that no browser sends. For the `inspect` of a scheme of your own.
    pub fn inspect(&self, inspection: &mut Inspection) {
        for origin in self.trusted.iter().filter(|origin| !is_origin(origin)) {
            inspection.problem(format!(
                "`{}` is no origin that a browser sends: write `https://app.example`, in lower \
                 case, without a default port, a path or a slash at the end",
                origin.escape_debug()
            ));
        }
    }

    /// Whether a request from elsewhere is one that was allowed for.
    fn excepts(&self, head: &Parts) -> bool {
        let navigates = matches!(head.method, Method::GET | Method::HEAD)
            && single(&head.headers, &MODE) == Line::Once(b"navigate")
            && single(&head.headers, &DEST) == Line::Once(b"document");
        let origin = single(&head.headers, &header::ORIGIN);
        self.navigation && navigates || matches!(origin, Line::Once(origin) if self.trusts(origin))
    }

    /// Whether only `Origin` says who sent the request, and it names a page without TLS.
    fn is_plain(&self, head: &Parts) -> bool {
        let (Line::Absent, Line::Once(origin)) = (
            single(&head.headers, &SITE),
            single(&head.headers, &header::ORIGIN),
        ) else {
            return false;
        };
        split(origin)
            .is_some_and(|(scheme, host, _)| scheme != "https" && !is_loopback_to_browsers(host))
            && !self.trusts(origin)
    }

    fn trusts(&self, origin: &[u8]) -> bool {
        let mut trusted = self.trusted.iter();
        trusted.any(|trusted| trusted.as_bytes() == origin)
    }
}

fn changes_nothing(head: &Parts) -> bool {
    let safe = [Method::GET, Method::HEAD, Method::OPTIONS, Method::TRACE];
    safe.contains(&head.method) && !head.headers.contains_key(header::UPGRADE)
}

/// What a field holds that may be there once.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Line<'a> {
    Absent,
    Once(&'a [u8]),
    Several,
}

fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Line<'a> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Line::Absent,
        (Some(value), None) => Line::Once(value.as_bytes()),
        (Some(_), Some(_)) => Line::Several,
    }
}

/// Whether `origin` is the one that the request is for, as far as a service can know.
fn is_own(origin: &[u8], head: &Parts) -> bool {
    let own = match head.uri.authority() {
        Some(authority) => authority.as_str().as_bytes(),
        None => match single(&head.headers, &header::HOST) {
            Line::Once(host) => host,
            Line::Absent | Line::Several => return false,
        },
    };
    let own = str::from_utf8(own).ok().and_then(split_port);
    let (Some((scheme, host, port)), Some((own_host, own_port))) = (split(origin), own) else {
        return false;
    };
    let Some(default) = default_port(scheme) else {
        return false;
    };
    host.eq_ignore_ascii_case(own_host) && port.unwrap_or(default) == own_port.unwrap_or(default)
}

/// Whether a browser would write an origin so (RFC 6454 §6.2).
fn is_origin(text: &str) -> bool {
    split(text.as_bytes()).is_some_and(|(scheme, host, port)| {
        let lower = !host.bytes().any(|byte| byte.is_ascii_uppercase());
        let needed = port.is_none() || port != default_port(scheme);
        is_scheme(scheme) && lower && needed
    })
}

const fn default_port(scheme: &str) -> Option<u16> {
    match scheme.as_bytes() {
        b"https" => Some(443),
        b"http" => Some(80),
        _ => None,
    }
}

/// Splits `scheme://host:port`.
fn split(origin: &[u8]) -> Option<(&str, &str, Option<u16>)> {
    let (scheme, authority) = str::from_utf8(origin).ok()?.split_once("://")?;
    let (host, port) = split_port(authority)?;
    Some((scheme, host, port))
}
