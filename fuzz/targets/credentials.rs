//! Bytes as the credential fields of a request, through three schemes and the layer.
//!
//! Each line of the input is one field line: `k` and a value for `X-API-Key`, any other first
//! byte and a value for `Authorization`. The verifiers believe everything, so what is refused is
//! refused by the readers, and what is verified tells what they read. Nothing may panic; only one
//! credential, of one spelling, may be verified; the inner service sees it marked as sensitive;
//! and a refusal carries challenges that can be read.

#![no_main]

use std::{
    cell::{Cell, RefCell},
    convert::Infallible,
    future::{Ready, ready},
    pin::pin,
    task::{Context, Poll, Waker},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{HeaderValue, Request, Response, StatusCode, header};
use libfuzzer_sys::fuzz_target;
use tower_auth::{
    AuthLayer, BasicCredentials, Secret, challenge,
    policy::Access,
    scheme::{ApiKey, Basic, Bearer, SchemeExt},
};
use tower_layer::Layer;
use tower_service::Service;

const KEY: &str = "x-api-key";

/// Whom a verifier took the caller for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Who {
    User(String, String),
    Token(String),
    Key(String),
}

/// A credential field line.
type Line = (&'static str, HeaderValue);

thread_local! {
    static LAYER: AuthLayer<Who, Vec<u8>> = layer();
    static SEEN: RefCell<Option<Who>> = const { RefCell::new(None) };
    static CALLED: Cell<u32> = const { Cell::new(0) };
}

fn layer() -> AuthLayer<Who, Vec<u8>> {
    let bearer = Bearer::new("fuzz", |token: Secret<'_>| {
        Some(Who::Token(token.expose().to_owned()))
    });
    let basic = Basic::new("fuzz", |credentials: BasicCredentials<'_>| {
        let password = credentials.password().expose().to_owned();
        Some(Who::User(credentials.user_id().to_owned(), password))
    });
    let key = ApiKey::new(KEY, "fuzz", |key: Secret<'_>| {
        Some(Who::Key(key.expose().to_owned()))
    });
    let policy = |access: &Access<'_, Who>| {
        SEEN.set(access.principal().cloned());
        access.principal().is_some()
    };
    AuthLayer::new(bearer.or(basic).or(key), policy)
        .build_with(Vec::from)
        .expect("the layer is well configured")
}

#[derive(Clone)]
struct Inner;

impl Service<Request<()>> for Inner {
    type Response = Response<Vec<u8>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<()>) -> Self::Future {
        CALLED.set(CALLED.get() + 1);
        let headers = request.headers();
        let keys = headers.get_all(KEY).iter();
        let mut lines = keys.chain(headers.get_all(header::AUTHORIZATION));
        assert!(lines.all(HeaderValue::is_sensitive));
        ready(Ok(Response::new(Vec::new())))
    }
}

/// Sends a request with these lines, and says whom it was taken to come from.
fn send(lines: &[Line]) -> Option<Who> {
    let mut request = Request::new(());
    for (name, value) in lines {
        request.headers_mut().append(*name, value.clone());
    }
    SEEN.set(None);
    CALLED.set(0);
    let mut service = LAYER.with(|layer| layer.layer(Inner));
    let mut context = Context::from_waker(Waker::noop());
    assert!(service.poll_ready(&mut context).is_ready());
    let Poll::Ready(Ok(response)) = pin!(service.call(request)).poll(&mut context) else {
        panic!("nothing here waits");
    };
    let who = SEEN.take();
    if who.is_some() {
        assert_eq!((response.status(), CALLED.get()), (StatusCode::OK, 1));
    } else {
        assert_eq!(
            (response.status(), CALLED.get()),
            (StatusCode::UNAUTHORIZED, 0)
        );
        let lines = response.headers().get_all(header::WWW_AUTHENTICATE);
        let challenges = challenge::read(lines).expect("our own challenges can be read");
        let schemes: Vec<_> = challenges
            .iter()
            .map(|challenge| challenge.scheme())
            .collect();
        assert_eq!(schemes, ["Bearer", "Basic", "ApiKey"]);
        assert!(
            challenges
                .iter()
                .all(|challenge| challenge.parameter("realm") == Some("fuzz"))
        );
    }
    who
}

/// The one spelling of a credential, in front of it the name of its scheme.
fn spell(who: &Who) -> (&'static str, &'static str, String) {
    match who {
        Who::User(user_id, password) => (
            "authorization",
            "Basic ",
            STANDARD.encode(format!("{user_id}:{password}")),
        ),
        Who::Token(token) => ("authorization", "Bearer ", token.clone()),
        Who::Key(key) => (KEY, "", key.clone()),
    }
}

fn read_lines(data: &[u8]) -> Option<Vec<Line>> {
    let lines = data
        .split(|&byte| byte == b'\n')
        .filter_map(<[u8]>::split_first);
    lines
        .take(4)
        .map(|(first, value)| {
            let name = if *first == b'k' { KEY } else { "authorization" };
            Some((name, HeaderValue::from_bytes(value).ok()?))
        })
        .collect()
}

fuzz_target!(|data: &[u8]| {
    let Some(lines) = read_lines(data) else {
        return;
    };
    let Some(who) = send(&lines) else { return };

    let [(name, value)] = lines.as_slice() else {
        panic!("{} credentials were verified as {who:?}", lines.len());
    };
    let (field, scheme, spelling) = spell(&who);
    assert_eq!(*name, field);
    let value = value.as_bytes().trim_ascii();
    let (front, credentials) = value.split_at(value.len() - spelling.len());
    assert_eq!(
        credentials,
        spelling.as_bytes(),
        "a second spelling of {who:?}"
    );
    let front = str::from_utf8(front)
        .expect("the name of a scheme")
        .trim_end_matches(' ');
    assert!(
        front.eq_ignore_ascii_case(scheme.trim_end()),
        "`{front}` for {who:?}"
    );

    let again = HeaderValue::try_from(format!("{scheme}{spelling}")).expect("it came so");
    assert_eq!(send(&[(field, again)]).as_ref(), Some(&who));
});
