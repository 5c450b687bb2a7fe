//! Law 1, for whole requests: what passes without a policy that allows is a preflight, where the layer
//! is told so, and nothing else.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use http::{
    HeaderValue, Method, Request, Response,
    header::{ACCESS_CONTROL_REQUEST_METHOD, HeaderName, ORIGIN},
};
use http_body_util::BodyExt;
use tower::{Layer, ServiceExt};
use tower_auth::{
    AuthLayer, AuthLayerBuilder, Decision, Step, Unavailable,
    policy::{self, Access, BoxPolicy, Policy, PolicyExt, View},
};

use crate::{
    failing::{Place, guarded},
    support::{
        inner::{Body, Inner},
        rules::{Counted, named},
        schemes::{Told, bearer},
        user::User,
        waiting::{after, block_on},
    },
};

/// The lines of one field, and whether they are one that says something.
const LINES: [(&[&str], bool); 8] = [
    (&[], false),
    (&[""], false),
    (&[" "], false),
    (&["\t"], false),
    (&["https://a.example"], true),
    (&["null"], true),
    (&["", "https://a.example"], false),
    (&["https://a.example", "https://a.example"], false),
];

fn methods() -> impl Iterator<Item = Method> {
    [
        "OPTIONS", "options", "Options", "OPTION", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE",
        "TRACE", "CONNECT",
    ]
    .into_iter()
    .map(|name| name.parse().unwrap())
}

fn lines(request: &mut Request<()>, name: &HeaderName, lines: &[&'static str]) {
    for line in lines {
        let value = HeaderValue::from_static(line);
        request.headers_mut().append(name, value);
    }
}

/// Every request that could be taken for a preflight, and whether it is one.
fn requests() -> Vec<(Request<()>, bool)> {
    let mut requests = Vec::new();
    for method in methods() {
        for (origins, says_one) in LINES {
            for (asked, asks_one) in LINES {
                let mut request = Request::new(());
                *request.method_mut() = method.clone();
                lines(&mut request, &ORIGIN, origins);
                lines(&mut request, &ACCESS_CONTROL_REQUEST_METHOD, asked);
                let is_one = method == Method::OPTIONS && says_one && asks_one;
                requests.push((request, is_one));
            }
        }
    }
    assert_eq!(requests.len(), 12 * 8 * 8);
    requests
}

fn body(response: Response<Body>) -> String {
    let bytes = block_on(response.into_body().collect()).unwrap().to_bytes();
    String::from_utf8(bytes.to_vec()).unwrap()
}

type Start = fn(Told, BoxPolicy<User>) -> AuthLayerBuilder<User, Body>;

/// Layers that let nobody in, and where they read credentials.
const STARTS: [(Start, &str); 2] = [
    (
        |scheme, policy| AuthLayer::new(scheme, policy),
        "authorization",
    ),
    (
        |scheme, policy| AuthLayer::proxy(scheme, policy),
        "proxy-authorization",
    ),
];

const CREDENTIALS: [Option<&str>; 4] = [
    None,
    Some("Told canary-true"),
    Some("Told wrong"),
    Some("Told canary-away"),
];

#[test]
fn a_preflight_passes_where_the_layer_is_told_so_and_nothing_else_does() {
    for (start, field) in STARTS {
        for (told, credentials) in [false, true]
            .into_iter()
            .flat_map(|told| CREDENTIALS.map(|credentials| (told, credentials)))
        {
            let inner = Inner::default();
            let asked = Arc::<AtomicUsize>::default();
            let scheme = Told::explicit("Told");
            let builder = start(scheme.clone(), Counted::new("closed", &asked).boxed());
            let builder = if told {
                builder.pass_preflights()
            } else {
                builder
            };
            let service = builder.build().unwrap().layer(inner.clone());
            let (mut passed, mut refused) = (0, 0);
            for (mut request, is_one) in requests() {
                if let Some(credentials) = credentials {
                    let value = HeaderValue::from_static(credentials);
                    request.headers_mut().insert(field, value);
                }
                let case = format!("{told} {request:?}");
                let Ok(response) = block_on(service.clone().oneshot(request));
                if told && is_one {
                    passed += 1;
                    assert_eq!(response.status(), 200, "{case}");
                    // Whatever it carries, it is a stranger's.
                    assert_eq!(body(response), "nobody", "{case}");
                } else {
                    refused += 1;
                    let away = credentials == Some("Told canary-away");
                    let status = if away { 503 } else { 403 };
                    assert_eq!(response.status(), status, "{case}");
                }
                assert_eq!(inner.calls(), passed, "{case}");
            }
            assert_eq!(passed, if told { 4 } else { 0 });
            // Nobody looks at the credentials of one that passes, and no policy is asked about it.
            assert_eq!(scheme.asked(), credentials.map_or(0, |_| refused));
            let unknown = credentials == Some("Told canary-away");
            let asked = asked.load(Ordering::SeqCst);
            assert_eq!(asked, if unknown { 0 } else { refused });
        }
    }
}

fn preflight() -> Request<()> {
    let request = Request::options("/").header(ORIGIN, "null");
    let request = request.header(ACCESS_CONTROL_REQUEST_METHOD, "PUT");
    let request = request.header("authorization", "Bearer canary-true");
    request.body(()).unwrap()
}

#[test]
fn a_preflight_passes_no_rule_further_in_that_does_not_allow_it() {
    for (rule, status) in [
        ("anyone", 200),
        ("members", 401),
        ("closed", 403),
        ("hidden", 404),
        ("hidden_after_a_while", 404),
        ("away", 503),
    ] {
        let layer = AuthLayer::new(bearer(), named("closed")).pass_preflights();
        let layer = layer.build().unwrap();
        let inner = Inner::default();
        let inside = layer.require(named(rule)).unwrap();
        let service = layer.layer(inside.layer(inner.clone()));
        let Ok(response) = block_on(service.oneshot(preflight()));
        assert_eq!(response.status(), status, "{rule}");
        assert_eq!(inner.calls(), usize::from(status == 200), "{rule}");
    }
}

#[test]
fn a_preflight_that_passes_one_layer_does_not_pass_another() {
    let lax: AuthLayer<User, Body> = AuthLayer::new(bearer(), named("closed"))
        .pass_preflights()
        .build()
        .unwrap();
    let strict: AuthLayer<User, Body> = AuthLayer::new(bearer(), named("closed")).build().unwrap();
    let inner = Inner::default();
    let Ok(response) = block_on(lax.layer(strict.layer(inner.clone())).oneshot(preflight()));
    assert_eq!((response.status().as_u16(), inner.calls()), (403, 0));
    let Ok(response) = block_on(strict.layer(lax.layer(inner.clone())).oneshot(preflight()));
    assert_eq!((response.status().as_u16(), inner.calls()), (403, 0));
    let Ok(response) = block_on(lax.layer(lax.layer(inner.clone())).oneshot(preflight()));
    assert_eq!((response.status().as_u16(), inner.calls()), (200, 1));
}

/// What is said: of strangers with nothing loaded, by the loader, and of what was loaded.
const SAYS: [fn() -> Decision; 4] = [
    || Decision::Allow,
    Decision::deny,
    Decision::hide,
    || Unavailable::new("away").into(),
];

#[derive(Clone, Debug, PartialEq, Eq)]
struct Thing;

/// Says one thing with the thing loaded, and another without.
struct About {
    without: fn() -> Decision,
    with: fn() -> Decision,
    waits: bool,
}

impl Policy<User> for About {
    fn decide(&self, access: &Access<'_, User>) -> Step<Decision> {
        let says = match access.extension::<Thing>() {
            Some(Thing) => self.with,
            None => self.without,
        };
        if self.waits {
            Step::later(after(1, says))
        } else {
            Step::Now(says())
        }
    }
}

type Found = fn() -> Result<Option<Thing>, io::Error>;

const FOUND: [(Found, usize); 3] = [
    (|| Ok(Some(Thing)), 0),
    (|| Ok(None), 2),
    (|| Err(io::Error::other("away")), 3),
];

/// How the caller ends of whom this is said. `known` callers, strangers, or rejected ones.
fn status(says: usize, credentials: Option<&str>) -> u16 {
    match (says, credentials) {
        (0, None | Some(TRUE)) => 200,
        (1, Some(TRUE)) => 403,
        (0 | 1, _) => 401,
        (2, _) => 404,
        _ => 503,
    }
}

const TRUE: &str = "Bearer canary-true";

#[test]
fn with_a_rule_that_loads_nobody_passes_but_whom_it_allows_with_the_thing_loaded() {
    let mut cases = 0;
    let callers = [None, Some(TRUE), Some("Bearer wrong")];
    for (without, with) in (0..4).flat_map(|without| (0..4).map(move |with| (without, with))) {
        for (found, said) in FOUND {
            for (too, waits) in [(false, false), (false, true), (true, false), (true, true)] {
                for (credentials, place) in callers.into_iter().flat_map(|credentials| {
                    [Place::Outside, Place::Route].map(|place| (credentials, place))
                }) {
                    let loads = Arc::<AtomicUsize>::default();
                    let counter = Arc::clone(&loads);
                    let load =
                        policy::load(counter, move |counter: Arc<AtomicUsize>, _: View<User>| {
                            counter.fetch_add(1, Ordering::SeqCst);
                            after(1, found)
                        });
                    let load = if too { load.for_strangers_too() } else { load };
                    let about = About {
                        without: SAYS[without],
                        with: SAYS[with],
                        waits,
                    };
                    let inner = Inner::default();
                    let service = guarded(bearer(), load.then(about).boxed(), place, &inner);
                    let mut request = Request::new(());
                    if let Some(credentials) = credentials {
                        let value = HeaderValue::from_static(credentials);
                        request.headers_mut().insert("authorization", value);
                    }
                    let Ok(response) = block_on(service.oneshot(request));

                    let asked_first = credentials != Some(TRUE) && !too;
                    // Who is rejected does not come as far as the route.
                    let comes =
                        matches!(place, Place::Outside) || credentials != Some("Bearer wrong");
                    let loaded = comes && !(asked_first && without != 0);
                    let last = if said == 0 { with } else { said };
                    let says = if loaded { last } else { without };
                    let says = if comes { says } else { 0 };
                    let case = (without, said, with, too, waits, credentials, place);
                    assert_eq!(response.status(), status(says, credentials), "{case:?}");
                    let passes = response.status() == 200;
                    assert_eq!(inner.calls(), usize::from(passes), "{case:?}");
                    assert!(!passes || (loaded && said == 0 && with == 0), "{case:?}");
                    assert_eq!(
                        loads.load(Ordering::SeqCst),
                        usize::from(loaded),
                        "{case:?}"
                    );
                    cases += 1;
                }
            }
        }
    }
    assert_eq!(cases, 4 * 4 * 3 * 4 * 3 * 2);
}
