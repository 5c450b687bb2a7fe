//! What can be printed, and what cannot.

use std::{
    fmt::{Debug, Display},
    marker::PhantomData,
    sync::{Arc, Mutex},
};

use http::Response;
use tokio_test::block_on;
use tower::{Layer as _, ServiceExt as _};
use tower_auth::{
    Attempt, AuthLayer, BasicCredentials, Decision, Denied, Refusal, Remedy, Secret, SecretDigest,
    Unavailable,
    policy::{self, Access, Load, PolicyExt, View},
    reply::Refused,
    scheme::{ApiKey, Basic, Bearer, Presented, SchemeExt, Schemes},
    verify::{CheckWith, FixedSecret, FixedUser, TokenTable},
};

use crate::canary::{Canary, request};

struct Probe<T: ?Sized>(PhantomData<T>);

/// What is true of a type, unless something more exact is.
trait Otherwise {
    const DEBUG: bool = false;
    const DISPLAY: bool = false;
}

impl<T: ?Sized> Otherwise for Probe<T> {}

impl<T: Debug + ?Sized> Probe<T> {
    const DEBUG: bool = true;
}

impl<T: Display + ?Sized> Probe<T> {
    const DISPLAY: bool = true;
}

/// Neither `Debug` nor `Display`.
macro_rules! silent {
    ($($type:ty),+ $(,)?) => {
        $({
            assert!(!Probe::<$type>::DEBUG, concat!(stringify!($type), " has `Debug`"));
            assert!(!Probe::<$type>::DISPLAY, concat!(stringify!($type), " has `Display`"));
        })+
    };
}

#[test]
fn what_holds_a_secret_or_the_head_of_a_request_cannot_be_printed() {
    silent!(
        Secret<'static>,
        BasicCredentials<'static>,
        SecretDigest,
        FixedSecret<()>,
        FixedUser<()>,
        CheckWith<(), fn()>,
        Basic<()>,
        Bearer<()>,
        ApiKey<()>,
        Presented<'static>,
        Access<'static, ()>,
        View<()>,
        Refused<'static>,
        Load<(), fn()>,
    );
    const { assert!(Probe::<str>::DEBUG && Probe::<str>::DISPLAY) };
}

#[test]
fn layers_and_tables_are_printed_without_their_secrets() {
    let canary = Canary(String::from("3p9.fKq~wZ-7rTb+Xc_1"));
    let key = canary.0.as_str();
    let tokens = TokenTable::new();
    tokens.insert(key, "alice");
    let attempt = Attempt::Verified(key);
    canary.assert_not_in(&format!("{tokens:?} {attempt:?}"), "a table or an attempt");

    let bearer = Bearer::new("api", tokens);
    let schemes = SchemeExt::or(bearer, Basic::fixed("api", key, key, "alice"));
    canary.assert_not_in(&format!("{schemes:?}"), "schemes");
    let builder = AuthLayer::<_, crate::canary::Body>::new(schemes, policy::anyone());
    canary.assert_not_in(&format!("{builder:?}"), "a builder");
    let layer = builder.build().expect("a layer");
    let inside = layer.require(policy::anyone()).expect("a layer");
    let service = layer.layer(inside.layer(()));
    canary.assert_not_in(&format!("{layer:?} {inside:?} {service:?}"), "a layer");
}

#[test]
fn what_is_wrong_with_a_configuration_is_told_without_its_secrets() {
    let canary = Canary(String::from("3p9.fKq~wZ-7rTb+Xc_1"));
    let key = canary.0.as_str();
    let broken: [Schemes<()>; 4] = [
        Bearer::fixed("", key, ()).into(),
        Basic::fixed("line\nbreak", "alice", key, ()).into(),
        ApiKey::fixed("no name", "api", key, ())
            .longest_key(0)
            .into(),
        SchemeExt::or(
            ApiKey::fixed("X-Key", "api", key, ()),
            ApiKey::fixed("x-key", "api", key, ()),
        ),
    ];
    for schemes in broken {
        let layer = AuthLayer::<_, crate::canary::Body>::new(schemes, policy::anyone());
        let error = layer.build().expect_err("it is broken");
        canary.assert_not_in(&format!("{error:?} {error:#?} {error}"), "an error");
    }
}

/// The refusal that a rule makes of a request, on its way to the layer, and the request.
fn refused_with_its_head(canary: &Canary) -> Refusal {
    let overheard = Arc::new(Mutex::new(None));
    let hears = Arc::clone(&overheard);
    let bearer = Bearer::fixed("api", canary.0.as_str(), "alice");
    let layer = AuthLayer::<_, crate::canary::Body>::new(bearer, policy::anyone());
    let layer = layer.build().expect("a layer");
    let denies = |_: &Access<'_, &'static str>| Denied::new(Remedy::Nothing).reason("no member");
    let inner = crate::shown::inner(crate::shown::Answers::Shows);
    let inside = layer.require(denies).expect("a layer").layer(inner);
    let inside = inside.map_response(move |response: Response<_>| {
        *hears.lock().expect("no panic") = response.extensions().get().cloned();
        response
    });
    let bearer = format!("Bearer {}", canary.0);
    let request = request(&[("authorization", &bearer), ("x-copy", &canary.0)]);
    block_on(layer.layer(inside).oneshot(request)).expect("an answer");
    let refusal = overheard.lock().expect("no panic").take();
    refusal.expect("a refusal")
}

#[test]
fn a_refusal_is_printed_as_its_decision_without_the_request_that_it_is_about() {
    let canary = Canary(String::from("3p9.fKq~wZ-7rTb+Xc_1"));
    let refusal = refused_with_its_head(&canary);
    let printed = format!("{refusal:?} {refusal:#?}");
    canary.assert_not_in(&printed, "a refusal");
    assert!(printed.contains("no member"), "{printed}");
    assert!(
        !printed.contains("/docs") && !printed.contains("x-copy"),
        "{printed}"
    );

    // Of an error of ours, not even the error.
    let refusal = Refusal::from(std::io::Error::other(canary.0.clone()));
    let unavailable = Unavailable::from(std::io::Error::other(canary.0.clone()));
    let decision = Decision::from(unavailable.clone());
    let printed = format!("{refusal:?} {refusal:#?} {unavailable:?} {decision:?}");
    canary.assert_not_in(&printed, "an outage");
}

/// A thing whose text is a secret.
#[derive(Clone)]
struct Diary(#[allow(dead_code, reason = "nobody reads it")] String);

#[test]
fn what_loads_and_what_is_loaded_has_only_its_type_in_names() {
    let canary = Canary(String::from("3p9.fKq~wZ-7rTb+Xc_1"));
    let load = policy::load(canary.0.clone(), async |state: String, _: View<()>| {
        Ok::<_, Unavailable>(Some(Diary(state)))
    });
    let rule = load.then(policy::anyone());
    let text = PolicyExt::<()>::text(&rule).to_string();
    assert_eq!(text, "load(Diary).then(anyone)");
}

#[cfg(feature = "axum")]
#[test]
fn routers_and_their_routes_are_printed_without_what_stands_in_policies_and_state() {
    use axum::routing::{any, get};
    use tower_auth::GuardedRouter;

    let canary = Canary(String::from("3p9.fKq~wZ-7rTb+Xc_1"));
    let known = Secret::from(canary.0.as_str()).into_owned();
    let keyed = move |access: &Access<'_, &'static str>| {
        let field = access.headers().get("x-key");
        field.is_some_and(|key| known.matches(&Secret::from(key.to_str().unwrap_or_default())))
    };
    let load = policy::load(
        canary.0.clone(),
        async |state: String, _: View<&'static str>| Ok::<_, Unavailable>(Some(Diary(state))),
    );
    let secret = canary.0.clone();
    let shows = move || async move { secret };
    let nested =
        GuardedRouter::new().route("/{id}", load.then(policy::anyone()), get(shows.clone()));
    let router = GuardedRouter::new()
        .route("/", keyed, get(shows.clone()))
        .nest("/diaries", nested)
        .nest_service("/all", policy::authenticated(), any(shows))
        .with_state(canary.0.clone());
    let printed = format!("{router:?} {router:#?}");
    canary.assert_not_in(&printed, "a guarded router");
    assert!(
        printed.contains("load(Diary)") && printed.contains("/diaries"),
        "{printed}"
    );

    let router: GuardedRouter<&'static str> = router;
    for route in router.routes() {
        let printed = format!("{route} {route:?} {route:#?} {}", route.policy());
        canary.assert_not_in(&printed, "a guarded route");
    }
    let bearer = Bearer::fixed("api", canary.0.as_str(), "alice");
    let auth = AuthLayer::new(bearer, policy::anyone())
        .build()
        .expect("a layer");
    let service = router.guarded_by(&auth).expect("a service");
    canary.assert_not_in(&format!("{service:?} {service:#?}"), "a guarded service");
}

#[cfg(feature = "axum")]
#[test]
fn why_a_handler_does_not_run_is_printed_without_its_request() {
    use axum::extract::FromRequestParts as _;
    use tower_auth::Caller;

    let canary = Canary(String::from("3p9.fKq~wZ-7rTb+Xc_1"));
    let (mut head, ()) = request(&[("authorization", &canary.0)]).into_parts();
    let rejection = block_on(Caller::<()>::from_request_parts(&mut head, &()));
    let rejection = rejection.expect_err("nobody verifies");
    assert_eq!(format!("{rejection:?}"), "CallerRejection(no layer)");
}
