//! `no_store_on_not_found`.

use http::{Response, StatusCode, header::CACHE_CONTROL};
use tower::{Layer as _, ServiceExt as _};
use tower_auth::{AuthLayer, Mode};

use crate::{
    stand::{Asks, builder, lines, missing, open, passed, response, says},
    support::{inner::Body, rules::named, user::User, waiting::block_on},
};

const MODES: [Mode; 2] = [Mode::Origin, Mode::Proxy];

/// A layer that has the option, with a not-found service or without.
fn layer(mode: Mode, policy: &str, page: Option<&[(&str, &str)]>) -> AuthLayer<User, Body> {
    let builder = builder(mode, named(policy)).no_store_on_not_found();
    match page {
        Some(fields) => builder.not_found(missing(fields)).build().unwrap(),
        None => builder.build().unwrap(),
    }
}

fn stranger(layer: &AuthLayer<User, Body>) -> Response<Body> {
    let fields = [("cache-control", "max-age=60"), ("cache-control", "public")];
    let request = Asks::Stranger.request(Mode::Origin, "/");
    passed(layer, request, response(404, &fields))
}

// 9110-15.5.5-b, 9110-15.1-a, 9111-4.2.2-a
#[test]
fn every_404_says_no_store_whoever_made_it_and_whatever_stood_there() {
    let pages: [Option<&[(&str, &str)]>; 3] = [
        None,
        Some(&[]),
        Some(&[("cache-control", "max-age=60"), ("cache-control", "public")]),
    ];
    for mode in MODES {
        for page in pages {
            for policy in ["anyone", "hidden", "hidden_after_a_while"] {
                let response = stranger(&layer(mode, policy, page));
                assert_eq!(response.status(), StatusCode::NOT_FOUND, "{policy}");
                assert_eq!(
                    lines(response.headers(), CACHE_CONTROL),
                    ["no-store"],
                    "{policy}"
                );
            }

            // On a route.
            let outside = layer(mode, "anyone", page);
            let route = outside.require(named("hidden")).unwrap();
            let service = outside.layer(route.layer(says(response(200, &[]))));
            let Ok(response) = block_on(service.oneshot(Asks::Stranger.request(mode, "/")));
            assert_eq!(response.status(), StatusCode::NOT_FOUND);
            assert_eq!(lines(response.headers(), CACHE_CONTROL), ["no-store"]);
        }
    }
}

/// What the field said of others is the business of whoever said it.
#[test]
fn statuses_beside_404_keep_what_they_say() {
    let layer = open(tower_auth::AuthLayerBuilder::no_store_on_not_found);
    for status in [
        200, 204, 301, 304, 400, 401, 403, 405, 407, 410, 414, 429, 500, 501, 503,
    ] {
        for fields in [&[][..], &[("cache-control", "max-age=60")]] {
            let given = response(status, fields);
            let request = Asks::ByKey.request(Mode::Origin, "/");
            let got = passed(&layer, request, given.clone());
            assert_eq!(format!("{got:?}"), format!("{given:?}"));
        }
    }
}

// 9111-5.2.2.5-a
#[test]
fn refusals_that_are_not_hidden_say_no_store_with_the_option_and_without() {
    for (policy, status) in [("members", 401), ("closed", 403), ("away", 503)] {
        let plain: AuthLayer<_, Body> = builder(Mode::Origin, named(policy)).build().unwrap();
        let [told, untold] = [layer(Mode::Origin, policy, None), plain].map(|layer| {
            let response = stranger(&layer);
            assert_eq!(response.status(), status, "{policy}");
            lines(response.headers(), CACHE_CONTROL)
        });
        assert_eq!(
            (told, untold.clone()),
            (untold, vec!["no-store".to_owned()]),
            "{policy}"
        );
    }
}

#[test]
fn without_the_option_a_404_says_what_it_says() {
    let layer = open(|builder| builder);
    assert_eq!(
        lines(stranger(&layer).headers(), CACHE_CONTROL),
        ["max-age=60", "public"]
    );
    let hidden = builder(Mode::Origin, named("hidden")).not_found(missing(&[]));
    let response = stranger(&hidden.build().unwrap());
    assert_eq!(lines(response.headers(), CACHE_CONTROL), [""; 0]);
}
