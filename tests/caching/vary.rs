//! `vary_by_credentials`.

use http::{
    HeaderName,
    header::{COOKIE, VARY},
    request::Parts,
};
use tower::{Layer as _, ServiceExt as _};
use tower_auth::{
    Attempt, AuthLayer, Mode, SameOrigin, Step,
    challenge::{Ask, Challenge},
    policy::anyone,
    scheme::{Carrier, Presented, Redact, Scheme, SchemeExt as _, Schemes},
};

use crate::{
    stand::{Asks, builder, lines, missing, open, passed, response, says},
    support::{
        inner::Body,
        rules::named,
        schemes::{Told, api_key, basic, bearer},
        user::{ALICE, User},
        waiting::block_on,
    },
};

/// The lines of `Vary` on a response that had these.
fn varies(schemes: impl Into<Schemes<User>>, there: &[&str]) -> Vec<String> {
    let layer = AuthLayer::new(schemes, anyone()).vary_by_credentials();
    let layer: AuthLayer<_, Body> = layer.build().unwrap();
    let fields: Vec<_> = there.iter().map(|line| ("vary", *line)).collect();
    let request = Asks::Stranger.request(Mode::Origin, "/");
    let response = passed(&layer, request, response(200, &fields));
    lines(response.headers(), VARY)
}

fn cookie() -> impl Scheme<Principal = User> {
    bearer().in_cookie("__Host-token", SameOrigin::new())
}

// 9110-12.5.5-b, 9110-12.5.5-a, 9111-4.1-a
#[test]
fn the_fields_that_credentials_stand_in_are_named_in_the_order_of_the_schemes_and_once() {
    assert_eq!(varies(api_key(), &[]), ["x-api-key"]);
    assert_eq!(varies(cookie(), &[]), ["cookie"]);
    assert_eq!(
        varies(bearer().or(api_key()).or(basic()), &[]),
        ["x-api-key"]
    );
    assert_eq!(varies(api_key().or(cookie()), &[]), ["x-api-key", "cookie"]);
    assert_eq!(varies(cookie().or(api_key()), &[]), ["cookie", "x-api-key"]);
    let session = Told::ambient("Session");
    assert_eq!(varies(cookie().or(session).or(bearer()), &[]), ["cookie"]);
    assert_eq!(
        varies(bearer().in_field("X-Token").or(basic()), &[]),
        ["x-token"]
    );
}

#[test]
fn what_stands_in_the_field_stays_and_is_not_said_again() {
    let cases: [(&[&str], &[&str]); 12] = [
        (&["accept"], &["accept", "x-api-key", "cookie"]),
        (
            &["accept, origin", "te"],
            &["accept, origin", "te", "x-api-key", "cookie"],
        ),
        (&["Cookie"], &["Cookie", "x-api-key"]),
        (
            &["accept,COOKIE , te"],
            &["accept,COOKIE , te", "x-api-key"],
        ),
        (&["te", "X-API-Key, cookie"], &["te", "X-API-Key, cookie"]),
        (&["x-api-key", "cookie"], &["x-api-key", "cookie"]),
        (&["*"], &["*"]),
        (&["accept", " * "], &["accept", " * "]),
        (&["accept, *"], &["accept, *"]),
        // Names that only hold ours are others.
        (
            &["cookies, x-api-key-2"],
            &["cookies, x-api-key-2", "x-api-key", "cookie"],
        ),
        (&[""], &["", "x-api-key", "cookie"]),
        (&[",, ,"], &[",, ,", "x-api-key", "cookie"]),
    ];
    for (there, expected) in cases {
        assert_eq!(varies(api_key().or(cookie()), there), expected);
    }
}

#[test]
fn it_is_named_to_strangers_and_callers_alike_whatever_the_status() {
    let layer = open(tower_auth::AuthLayerBuilder::vary_by_credentials);
    for status in [200, 301, 304, 401, 404, 500] {
        for asks in Asks::all(Mode::Origin) {
            let request = asks.request(Mode::Origin, "/");
            let got = passed(&layer, request, response(status, &[]));
            let lines = lines(got.headers(), VARY);
            assert_eq!(lines, ["x-api-key", "cookie"], "{asks:?}, {status}");
        }
    }
}

#[test]
fn what_is_concealed_names_it_with_a_not_found_service_and_without() {
    for mode in [Mode::Origin, Mode::Proxy] {
        let bare = builder(mode, named("hidden")).vary_by_credentials();
        let paged = builder(mode, named("hidden")).vary_by_credentials();
        let paged = paged.not_found(missing(&[("vary", "accept, Cookie")]));
        let layers: [(AuthLayer<_, Body>, &[&str]); 2] = [
            (bare.build().unwrap(), &["x-api-key", "cookie"]),
            (paged.build().unwrap(), &["accept, Cookie", "x-api-key"]),
        ];
        for (layer, expected) in layers {
            for asks in Asks::all(mode) {
                let got = passed(&layer, asks.request(mode, "/"), response(200, &[]));
                assert_eq!(got.status(), 404);
                assert_eq!(lines(got.headers(), VARY), expected, "{asks:?}");
            }
        }
    }
}

/// They say `no-store`.
#[test]
fn refusals_that_are_not_hidden_name_nothing() {
    for policy in ["members", "closed", "away"] {
        let layer = builder(Mode::Origin, named(policy)).vary_by_credentials();
        let request = Asks::Stranger.request(Mode::Origin, "/");
        let got = passed(&layer.build().unwrap(), request, response(200, &[]));
        assert_eq!(lines(got.headers(), VARY), [""; 0], "{policy}");
        assert_eq!(
            lines(got.headers(), "cache-control"),
            ["no-store"],
            "{policy}"
        );
    }
}

#[test]
fn the_same_layer_twice_and_one_within_another_name_it_once() {
    let outer = open(tower_auth::AuthLayerBuilder::vary_by_credentials);
    let inner = open(tower_auth::AuthLayerBuilder::vary_by_credentials);
    let page = says(response(200, &[]));
    for asks in Asks::all(Mode::Origin) {
        let request = || asks.request(Mode::Origin, "/");
        let twice = outer.layer(outer.layer(page.clone()));
        let both = outer.layer(inner.layer(page.clone()));
        let (Ok(twice), Ok(both)) = (
            block_on(twice.oneshot(request())),
            block_on(both.oneshot(request())),
        );
        for got in [twice, both] {
            assert_eq!(
                lines(got.headers(), VARY),
                ["x-api-key", "cookie"],
                "{asks:?}"
            );
        }
    }
}

/// An ambient scheme that says for itself what responses differ by.
struct Ambient(Option<HeaderName>);

impl Scheme for Ambient {
    type Principal = User;

    fn name(&self) -> &'static str {
        "Ambient"
    }

    fn carrier(&self) -> Carrier {
        Carrier::Ambient
    }

    fn attempt(&self, _: &Presented<'_>) -> Step<Attempt<User>> {
        Step::Now(Attempt::Verified(ALICE))
    }

    fn is_presented(&self, presented: &Presented<'_>) -> bool {
        presented.head().headers.contains_key("x-session")
    }

    fn challenge(&self, _: Ask<'_>) -> Option<Challenge> {
        None
    }

    fn varies_by(&self) -> Option<HeaderName> {
        self.0.clone()
    }

    fn redact(&self, _: &mut Parts, _: Redact) {}
}

/// `client-cert`, where a proxy in front tells of it.
fn certificate() -> Ambient {
    Ambient(Some(HeaderName::from_static("client-cert")))
}

#[test]
fn a_scheme_says_for_itself_what_responses_differ_by_and_a_certificate_is_in_no_field() {
    assert_eq!(varies(Ambient(None).or(api_key()), &[]), ["x-api-key"]);
    assert_eq!(
        varies(certificate().or(cookie()), &[]),
        ["client-cert", "cookie"]
    );
    assert_eq!(varies(Ambient(Some(COOKIE)), &[]), ["cookie"]);

    let alone = AuthLayer::<_, Body>::new(Ambient(None), anyone()).vary_by_credentials();
    assert!(alone.build().is_err());
}

#[test]
fn what_stands_around_a_scheme_leaves_it_to_the_scheme() {
    let named = ["client-cert"];
    assert_eq!(varies(certificate().boxed(), &[]), named);
    assert_eq!(varies(Box::new(certificate().boxed()), &[]), named);
    assert_eq!(varies(certificate().map(|user| user), &[]), named);
    let same = async |(): (), user: User| Some(user);
    assert_eq!(varies(certificate().and_then((), same), &[]), named);

    let all = Schemes::from(certificate()).or(api_key());
    let turned = all.map(|user| user).and_then((), same);
    assert_eq!(varies(turned, &[]), ["client-cert", "x-api-key"]);
}

#[cfg(feature = "throttle")]
#[test]
fn a_throttle_around_a_scheme_leaves_it_to_the_scheme() {
    use tower_auth::{
        address::ClientAddress,
        throttle::{Limit, Throttle},
    };
    let throttle = || {
        let here = ClientAddress::from_fn(|_| Some([192, 0, 2, 1].into()));
        let limit = Limit::new(9, std::time::Duration::from_secs(60));
        Throttle::new(here).per_client(limit)
    };
    assert_eq!(
        varies(certificate().throttle(throttle()), &[]),
        ["client-cert"]
    );
    let all = Schemes::from(certificate()).or(api_key());
    assert_eq!(
        varies(all.throttle(throttle()), &[]),
        ["client-cert", "x-api-key"]
    );
}
