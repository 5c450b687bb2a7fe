//! `private_by_default`.

use http::{Request, header::CACHE_CONTROL};
use tower::{Layer as _, ServiceExt as _};
use tower_auth::{AuthLayer, Mode, policy::anyone};

use crate::{
    stand::{Asks, builder, lines, missing, open, passed, response, says, schemes},
    support::{inner::Body, rules::named, user::User, waiting::block_on},
};

fn layer(mode: Mode, policy: &str) -> AuthLayer<User, Body> {
    let builder = builder(mode, named(policy)).private_by_default();
    builder.not_found(missing(&[])).build().unwrap()
}

/// Caches know of `Authorization`, and of nothing else.
fn is_private(asks: Asks, mode: Mode) -> bool {
    match asks {
        Asks::Stranger => false,
        Asks::ByToken => mode == Mode::Proxy,
        _ => true,
    }
}

// 9111-5.2.2.7-a, 9111-3-a
#[test]
fn what_a_caller_gets_who_is_known_by_a_key_a_cookie_or_the_query_is_private() {
    for mode in [Mode::Origin, Mode::Proxy] {
        for status in [200, 206, 301, 304, 404, 410, 500] {
            for asks in Asks::all(mode).iter().copied() {
                let request = asks.request(mode, "/");
                let got = passed(&layer(mode, "anyone"), request, response(status, &[]));
                let expected: &[&str] = if is_private(asks, mode) {
                    &["private"]
                } else {
                    &[]
                };
                assert_eq!(lines(got.headers(), CACHE_CONTROL), expected, "{asks:?}");
            }
        }
    }
}

// 9111-3.5-a, 9111-5.2.2.9-a
#[test]
fn what_the_field_says_already_stays() {
    let layer = layer(Mode::Origin, "anyone");
    for there in [
        &["max-age=60"][..],
        &["public"],
        &["no-cache", "max-age=0"],
        &[""],
    ] {
        for asks in Asks::all(Mode::Origin) {
            let fields: Vec<_> = there.iter().map(|line| ("cache-control", *line)).collect();
            let request = asks.request(Mode::Origin, "/");
            let got = passed(&layer, request, response(200, &fields));
            assert_eq!(lines(got.headers(), CACHE_CONTROL), there, "{asks:?}");
        }
    }
}

#[test]
fn what_is_concealed_is_private_where_what_is_missing_is() {
    for mode in [Mode::Origin, Mode::Proxy] {
        for asks in Asks::all(mode).iter().copied() {
            let open = layer(mode, "anyone");
            let route = open.require(named("hidden")).unwrap();
            let on_route = open.layer(route.layer(says(response(200, &[]))));
            let Ok(on_route) = block_on(on_route.oneshot(asks.request(mode, "/")));
            let request = || asks.request(mode, "/");
            let by_layer = passed(&layer(mode, "hidden"), request(), response(200, &[]));
            let missing = passed(&open, request(), response(404, &[]));
            assert_eq!(
                missing.headers().contains_key(CACHE_CONTROL),
                is_private(asks, mode)
            );
            for concealed in [on_route, by_layer] {
                assert_eq!(concealed.status(), 404);
                assert_eq!(concealed.headers(), missing.headers(), "{asks:?}");
            }
        }
    }
}

/// A caller whose credentials are taken for none gets what strangers get, which caches may keep.
#[test]
fn what_a_rejected_caller_gets_who_is_treated_as_a_stranger_is_not_private() {
    let layer = AuthLayer::new(schemes(Mode::Origin), anyone()).private_by_default();
    let layer: AuthLayer<_, Body> = layer.treat_rejected_as_anonymous().build().unwrap();
    let request = Request::get("/").header("x-api-key", "canary-stale");
    let got = passed(&layer, request.body(()).unwrap(), response(200, &[]));
    assert_eq!(got.status(), 200);
    assert_eq!(lines(got.headers(), CACHE_CONTROL), [""; 0]);
}

#[test]
fn refusals_and_404s_that_nobody_may_keep_say_no_store_instead() {
    let refused = builder(Mode::Origin, named("closed")).private_by_default();
    let hidden = builder(Mode::Origin, named("hidden"));
    let hidden = hidden.private_by_default().no_store_on_not_found();
    let missing = open(|builder| builder.no_store_on_not_found().private_by_default());
    let refused: AuthLayer<_, Body> = refused.build().unwrap();
    let hidden: AuthLayer<_, Body> = hidden.build().unwrap();
    for layer in [refused, hidden, missing] {
        let request = Asks::ByKey.request(Mode::Origin, "/");
        let got = passed(&layer, request, response(404, &[]));
        assert_eq!(lines(got.headers(), CACHE_CONTROL), ["no-store"]);
    }
}

#[test]
fn the_same_layer_twice_says_it_once() {
    let layer = open(tower_auth::AuthLayerBuilder::private_by_default);
    let service = layer.layer(layer.layer(says(response(200, &[]))));
    let Ok(got) = block_on(service.oneshot(Asks::ByCookie.request(Mode::Origin, "/")));
    assert_eq!(lines(got.headers(), CACHE_CONTROL), ["private"]);
}
