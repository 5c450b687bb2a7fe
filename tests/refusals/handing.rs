//! What policies hand on to whoever comes after them.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use http::{Extensions, Request, Response, header::HeaderName};
use http_body_util::Full;
use tower::{Layer as _, Service, service_fn};
use tower_auth::{
    AuthLayer, AuthLayerBuilder, Caller, Decision, NoBody, Secret, Unavailable,
    policy::{self, Access, BoxPolicy, Policy, PolicyExt as _, View},
    scheme::Bearer,
};

use crate::stand::{User, ask, guarded, open, send};

type Body = Full<Bytes>;
type Layer = AuthLayer<User, Body>;

#[derive(Clone, Debug, PartialEq, Eq)]
struct Desk(&'static str);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Lamp(u8);

/// The extensions that services further in were shown.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<Extensions>>>);

impl Seen {
    fn inner(
        &self,
    ) -> impl Service<Request<()>, Response = Response<Body>, Error = Infallible, Future: Send>
    + Clone
    + use<> {
        let seen = self.clone();
        service_fn(move |request: Request<()>| {
            let (head, ()) = request.into_parts();
            seen.0.lock().unwrap().push(head.extensions);
            async { Ok(Response::default()) }
        })
    }

    fn not_found(&self, builder: AuthLayerBuilder<User, Body>) -> Layer {
        let seen = self.clone();
        let not_found = service_fn(move |request: Request<NoBody>| {
            let (head, _) = request.into_parts();
            seen.0.lock().unwrap().push(head.extensions);
            async { Ok::<_, Infallible>(Response::default()) }
        });
        builder.not_found(not_found).build().unwrap()
    }

    fn take(&self) -> Extensions {
        let mut seen = self.0.lock().unwrap();
        assert_eq!(seen.len(), 1);
        seen.pop().unwrap()
    }
}

fn request(caller: &str) -> Request<()> {
    ask(caller, "/").body(()).unwrap()
}

fn desk(place: &'static str) -> BoxPolicy<User> {
    (move |access: &Access<'_, User>| {
        access.hand_on(Desk(place));
        true
    })
    .boxed()
}

/// The same, later.
fn desk_later(place: &'static str) -> BoxPolicy<User> {
    policy::check_with(place, async |place: &'static str, view: View<User>| {
        tokio::task::yield_now().await;
        view.hand_on(Desk(place));
        tokio::task::yield_now().await;
        true
    })
    .boxed()
}

fn no() -> BoxPolicy<User> {
    (|_: &Access<'_, User>| false).boxed()
}

/// Policies that let everybody in, and the desk that they hand on.
fn handing() -> Vec<(BoxPolicy<User>, Option<&'static str>)> {
    let (a, b) = ("by the window", "by the door");
    vec![
        (policy::anyone().boxed(), None),
        (desk(a), Some(a)),
        (desk_later(a), Some(a)),
        (desk(a).and(policy::anyone()).boxed(), Some(a)),
        (policy::anyone().and(desk_later(a)).boxed(), Some(a)),
        (desk(a).then(policy::anyone()).boxed(), Some(a)),
        (policy::anyone().then(desk_later(a)).boxed(), Some(a)),
        (desk_later(a).then(policy::anyone()).boxed(), Some(a)),
        (no().or(desk(a)).boxed(), Some(a)),
        (no().or(desk_later(a)).boxed(), Some(a)),
        (desk(a).hide().boxed(), Some(a)),
        (policy::any_of([no(), desk(a)]).boxed(), Some(a)),
        (
            policy::all_of([desk_later(a), policy::anyone().boxed()]).boxed(),
            Some(a),
        ),
        // The last one counts.
        (desk(a).and(desk(b)).boxed(), Some(b)),
        (desk(b).then(desk(a)).boxed(), Some(a)),
        (desk_later(a).then(desk_later(b)).boxed(), Some(b)),
        // Nobody asks it.
        (policy::anyone().or(desk(a)).boxed(), None),
    ]
}

#[test]
fn what_a_policy_hands_on_stands_in_the_extensions_behind_it() {
    for place in ["layer", "route"] {
        for caller in ["alice", "stranger"] {
            for (policy, expected) in handing() {
                let seen = Seen::default();
                let text = policy.text().to_string();
                let response = if place == "layer" {
                    let layer: Layer = guarded(policy).build().unwrap();
                    send(&layer.layer(seen.inner()), request(caller))
                } else {
                    let layer: Layer = open().build().unwrap();
                    let rule = layer.require(policy).unwrap();
                    send(&layer.layer(rule.layer(seen.inner())), request(caller))
                };
                assert_eq!(response.status(), 200);
                assert!(response.extensions().is_empty());
                let there = seen.take();
                let expected = expected.map(Desk);
                assert_eq!(there.get(), expected.as_ref(), "{place}, {text}");
                let known = Caller::<User>::of(&there).map(|user| user.name);
                assert_eq!(known, (caller == "alice").then_some("alice"));
            }
        }
    }
}

#[test]
fn everything_is_handed_on_that_policies_on_the_way_found() {
    let lamp = |access: &Access<'_, User>| {
        access.hand_on(Lamp(1));
        // What layers further out handed on is there.
        access.extension::<Desk>() == Some(&Desk("outside"))
    };
    let waiting = policy::check_with((), async |(), view: View<User>| {
        view.hand_on(Desk("inside"));
        view.extension::<Lamp>() == Some(&Lamp(1))
    });
    let layer: Layer = guarded(desk("outside")).build().unwrap();
    let (lamp, waiting) = (
        layer.require(lamp).unwrap(),
        layer.require(waiting).unwrap(),
    );
    let seen = Seen::default();
    let service = layer.layer(lamp.layer(waiting.layer(seen.inner())));
    assert_eq!(send(&service, request("alice")).status(), 200);
    let there = seen.take();
    assert_eq!(there.get(), Some(&Lamp(1)));
    assert_eq!(there.get(), Some(&Desk("inside")));
}

#[test]
fn other_policies_that_are_asked_about_the_same_request_do_not_see_it() {
    let blind = |access: &Access<'_, User>| access.extension::<Desk>().is_none();
    let blind_later = || {
        policy::check_with((), async |(), view: View<User>| {
            view.extension::<Desk>().is_none()
        })
    };
    let policies: [BoxPolicy<User>; 4] = [
        desk("here").and(blind).boxed(),
        desk("here").then(blind).boxed(),
        desk_later("here").then(blind_later()).boxed(),
        policy::all_of([desk("here"), blind_later().boxed()]).boxed(),
    ];
    for policy in policies {
        let seen = Seen::default();
        let layer: Layer = guarded(policy).build().unwrap();
        assert_eq!(
            send(&layer.layer(seen.inner()), request("alice")).status(),
            200
        );
        assert_eq!(seen.take().get(), Some(&Desk("here")));
    }
}

#[test]
fn nothing_is_handed_on_where_the_request_is_refused() {
    let away = |_: &Access<'_, User>| Decision::from(Unavailable::new("away"));
    let refusing = || -> [(BoxPolicy<User>, u16); 6] {
        [
            (desk("here").and(no()).boxed(), 403),
            (desk_later("here").and(no()).boxed(), 403),
            (desk("here").and(away).boxed(), 503),
            (desk("here").then(no()).hide().boxed(), 404),
            (desk_later("here").then(no()).hide().boxed(), 404),
            (desk("here").and(no().hide()).boxed(), 404),
        ]
    };
    for (policy, status) in refusing() {
        let seen = Seen::default();
        let service = seen.not_found(guarded(policy)).layer(seen.inner());
        answers(&send(&service, request("alice")), status, &seen);
    }
    for (policy, status) in refusing() {
        let seen = Seen::default();
        let layer = seen.not_found(open());
        let service = layer.layer(layer.require(policy).unwrap().layer(seen.inner()));
        answers(&send(&service, request("alice")), status, &seen);
    }
}

/// The not-found service alone is called, if anybody is, and finds nothing.
fn answers(response: &Response<Body>, status: u16, seen: &Seen) {
    if status == 404 {
        assert_eq!(
            response.status(),
            200,
            "what the not-found service answers here"
        );
        let there = seen.take();
        assert!(there.get::<Desk>().is_none());
        assert_eq!(
            Caller::<User>::of(&there).map(|user| user.name),
            Some("alice")
        );
    } else {
        assert_eq!(response.status(), status);
        assert!(seen.0.lock().unwrap().is_empty());
    }
    assert_eq!(response.extensions().len(), 1, "a record, and nothing else");
}

#[test]
fn nothing_is_handed_on_where_nobody_asks_the_policy() {
    // A verifier that is away, and preflights that pass.
    let bearer = Bearer::new("api", |_: Secret<'_>| {
        Err::<Option<User>, _>(std::fmt::Error)
    });
    let seen = Seen::default();
    let layer: Layer = AuthLayer::new(bearer, desk("here")).build().unwrap();
    let response = send(&layer.layer(seen.inner()), request("alice"));
    assert_eq!(response.status(), 503);
    assert!(seen.0.lock().unwrap().is_empty());

    let layer: Layer = guarded(desk("here")).pass_preflights().build().unwrap();
    let method = HeaderName::from_static("access-control-request-method");
    let preflight = ask("stranger", "/")
        .method("OPTIONS")
        .header("origin", "https://a.example");
    let preflight = preflight.header(method, "GET").body(()).unwrap();
    assert_eq!(send(&layer.layer(seen.inner()), preflight).status(), 200);
    assert!(seen.take().get::<Desk>().is_none());

    // A policy that is asked by itself.
    let (head, ()) = request("stranger").into_parts();
    let access = Access::<User>::new(None, &head);
    access.hand_on(Desk("nowhere"));
    access.to_view().hand_on(Desk("nowhere"));
    assert!(head.extensions.is_empty());
}

#[test]
fn what_is_handed_on_late_or_under_the_name_of_a_caller_changes_nothing() {
    let kept: Arc<Mutex<Option<View<User>>>> = Arc::default();
    let keeping = Arc::clone(&kept);
    let layer: Layer = guarded(move |access: &Access<'_, User>| {
        let mallory = User {
            name: "mallory",
            id: 0,
        };
        access.hand_on(mallory.clone());
        access.hand_on(Caller(mallory));
        *keeping.lock().unwrap() = Some(access.to_view());
        true
    })
    .build()
    .unwrap();
    let seen = Seen::default();
    let inner = seen.inner();
    let late = service_fn(move |request: Request<()>| {
        kept.lock()
            .unwrap()
            .take()
            .unwrap()
            .hand_on(Desk("too late"));
        tower::ServiceExt::oneshot(inner.clone(), request)
    });
    send(&layer.layer(late), request("alice"));
    let there = seen.take();
    assert!(there.get::<Desk>().is_none());
    assert_eq!(
        Caller::<User>::of(&there).map(|user| user.name),
        Some("alice")
    );
}

/// A desk for whoever is let in, and a policy that says whom.
fn desk_for(place: &'static str, policy: impl Policy<User>) -> BoxPolicy<User> {
    policy::load(place, async |place: &'static str, _: View<User>| {
        tokio::task::yield_now().await;
        Ok::<_, Unavailable>(Some(Desk(place)))
    })
    .then(policy)
    .boxed()
}

#[test]
fn a_part_that_denies_hands_nothing_on_where_another_allows() {
    let no = || policy::when(|_: &User| false);
    let mine = || desk_for("mine", policy::anyone());
    let another = || desk_for("another's", no());
    // Lets everybody in, once the others have answered.
    let slow = || {
        policy::check_with((), async |(), _: View<User>| {
            for _ in 0..8 {
                tokio::task::yield_now().await;
            }
            true
        })
    };
    let cases: [(BoxPolicy<User>, Option<&str>); 8] = [
        (desk_for("mine", slow()).or(another()).boxed(), Some("mine")),
        (
            policy::any_of([desk_for("mine", slow()), another()]).boxed(),
            Some("mine"),
        ),
        (another().or(mine()).boxed(), Some("mine")),
        (policy::any_of([another(), mine()]).boxed(), Some("mine")),
        (desk("another's").and(no()).or(mine()).boxed(), Some("mine")),
        (
            desk("another's").and(no()).or(policy::anyone()).boxed(),
            None,
        ),
        (
            desk_for("it", policy::anyone())
                .and(no())
                .or(slow())
                .boxed(),
            None,
        ),
        // Another lets in with nothing loaded: what is about the thing stands inside of `then`.
        (another().or(policy::anyone()).boxed(), None),
    ];
    for (policy, expected) in cases {
        let text = policy.text().to_string();
        let seen = Seen::default();
        let app = guarded(policy).build().unwrap().layer(seen.inner());
        send(&app, request("alice"));
        let found = seen.take().get::<Desk>().map(|desk| desk.0);
        assert_eq!(found, expected, "{text}");
    }
}
