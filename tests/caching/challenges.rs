//! `complete_challenges`.

use http::{
    HeaderName, Request,
    header::{PROXY_AUTHENTICATE, WWW_AUTHENTICATE},
};
use tower::{Layer as _, ServiceExt as _};
use tower_auth::{
    AuthLayer, Mode, Refusal, Unavailable,
    policy::anyone,
    scheme::{SchemeExt as _, Schemes},
};

use crate::{
    stand::{Asks, CHALLENGES, builder, lines, open, passed, response, says},
    support::{
        inner::Body,
        rules::named,
        schemes::{Told, api_key, basic, bearer},
        user::User,
        waiting::block_on,
    },
};

fn completing(mode: Mode) -> AuthLayer<User, Body> {
    builder(mode, anyone())
        .complete_challenges()
        .build()
        .unwrap()
}

/// The status and the field of a mode, and those of the other.
const fn ours(mode: Mode) -> [(u16, HeaderName); 2] {
    let (origin, proxy) = ((401, WWW_AUTHENTICATE), (407, PROXY_AUTHENTICATE));
    match mode {
        Mode::Origin => [origin, proxy],
        Mode::Proxy => [proxy, origin],
    }
}

// 9110-11.6.1-a, 9110-15.5.2-a, 9110-11.6.1-e, 9110-11.7.1-a, 9110-15.5.8-a
#[test]
fn a_401_without_a_challenge_gets_those_of_the_layer_one_on_a_line() {
    for mode in [Mode::Origin, Mode::Proxy] {
        let [(status, field), (other, _)] = ours(mode);
        for asks in Asks::all(mode) {
            let request = || asks.request(mode, "/");
            let got = passed(&completing(mode), request(), response(status, &[]));
            assert_eq!(lines(got.headers(), &field), CHALLENGES, "{asks:?}");
            assert_eq!(got.headers().len(), CHALLENGES.len());

            let got = passed(&completing(mode), request(), response(other, &[]));
            assert!(got.headers().is_empty(), "{asks:?}");
        }
    }
}

// 9110-11.6.1-c
#[test]
fn a_401_with_a_challenge_keeps_it_and_gets_no_other() {
    for mode in [Mode::Origin, Mode::Proxy] {
        let [(status, field), (_, other)] = ours(mode);
        let negotiate = [
            (field.as_str(), "Negotiate"),
            (field.as_str(), "Basic realm=\"mine\""),
        ];
        let given = response(status, &negotiate);
        let got = passed(
            &completing(mode),
            Asks::Stranger.request(mode, "/"),
            given.clone(),
        );
        assert_eq!(format!("{got:?}"), format!("{given:?}"));

        // A challenge of the other kind is none.
        let given = response(status, &[(other.as_str(), "Negotiate")]);
        let got = passed(&completing(mode), Asks::Stranger.request(mode, "/"), given);
        assert_eq!(lines(got.headers(), &field), CHALLENGES);
        assert_eq!(lines(got.headers(), &other), ["Negotiate"]);
    }
}

#[test]
fn other_statuses_get_no_challenge() {
    let layer = completing(Mode::Origin);
    for status in [200, 204, 302, 400, 402, 403, 404, 405, 407, 429, 500, 503] {
        for asks in Asks::all(Mode::Origin) {
            let given = response(status, &[]);
            let got = passed(&layer, asks.request(Mode::Origin, "/"), given.clone());
            assert_eq!(format!("{got:?}"), format!("{given:?}"), "{asks:?}");
        }
    }
}

/// `error` would say what was wrong with the credentials, and the layer does not know why the handler
/// said 401 (RFC 6750 §3.1).
#[test]
fn it_words_no_error_in_the_order_of_the_schemes_whoever_called() {
    let orders: [(Schemes<User>, &[&str]); 3] = [
        (
            basic().or(bearer()),
            &[
                r#"Basic realm="staff area", charset="UTF-8""#,
                r#"Bearer realm="api""#,
            ],
        ),
        (
            bearer().or(Told::explicit("Silent").mute()).or(basic()),
            &[
                r#"Bearer realm="api""#,
                r#"Basic realm="staff area", charset="UTF-8""#,
            ],
        ),
        (
            api_key().or(Told::ambient("Certificate").mute()),
            &[r#"ApiKey realm="keys""#],
        ),
    ];
    for (schemes, expected) in orders {
        let layer = AuthLayer::new(schemes, anyone()).complete_challenges();
        let layer: AuthLayer<_, Body> = layer.treat_rejected_as_anonymous().build().unwrap();
        for credentials in [
            None,
            Some(("authorization", "Bearer canary-true")),
            Some(("authorization", "Bearer canary-stale")),
            Some(("authorization", "Basic canary%%%")),
            Some(("x-api-key", "canary-true")),
        ] {
            let request = credentials
                .into_iter()
                .fold(Request::get("/"), |request, (name, value)| {
                    request.header(name, value)
                });
            let got = passed(&layer, request.body(()).unwrap(), response(401, &[]));
            assert_eq!(
                lines(got.headers(), WWW_AUTHENTICATE),
                expected,
                "{credentials:?}"
            );
        }
    }
}

#[test]
fn refusals_of_our_own_are_complete_and_get_nothing_twice() {
    let told = builder(Mode::Origin, named("members")).complete_challenges();
    let told: AuthLayer<_, Body> = told.build().unwrap();
    let request = || Asks::Stranger.request(Mode::Origin, "/");
    let got = passed(&told, request(), response(200, &[]));
    assert_eq!(lines(got.headers(), WWW_AUTHENTICATE), CHALLENGES);

    let outside = completing(Mode::Origin);
    let inner = || says(response(401, &[]));
    let route = outside.require(named("members")).unwrap();
    let Ok(on_route) = block_on(outside.layer(route.layer(inner())).oneshot(request()));
    let Ok(twice) = block_on(outside.layer(outside.layer(inner())).oneshot(request()));
    let within = completing(Mode::Origin);
    let Ok(both) = block_on(outside.layer(within.layer(inner())).oneshot(request()));
    for got in [on_route, twice, both] {
        assert_eq!(got.status(), 401);
        assert_eq!(lines(got.headers(), WWW_AUTHENTICATE), CHALLENGES);
    }
}

#[test]
fn refusals_of_our_own_that_are_no_challenge_get_none() {
    for policy in ["closed", "hidden", "away"] {
        let layer = builder(Mode::Origin, named(policy)).complete_challenges();
        let request = Asks::Stranger.request(Mode::Origin, "/");
        let got = passed(&layer.build().unwrap(), request, response(401, &[]));
        assert_eq!(lines(got.headers(), WWW_AUTHENTICATE), [""; 0], "{policy}");
    }
    // Further in, too.
    let marked = || Refusal::from(Unavailable::new("away")).response(Body::default());
    let got = passed(
        &completing(Mode::Origin),
        Asks::Stranger.request(Mode::Origin, "/"),
        marked(),
    );
    assert_eq!(
        (
            got.status().as_u16(),
            got.headers().contains_key(WWW_AUTHENTICATE)
        ),
        (503, false)
    );
}

#[test]
fn a_page_that_asks_for_credentials_asks_alike_for_what_is_hidden_and_what_is_missing() {
    let page = says(response(401, &[]));
    let layer = open(|builder| builder.complete_challenges().not_found(page));
    let route = layer.require(named("hidden")).unwrap();
    let request = || Asks::Stranger.request(Mode::Origin, "/");
    let hidden = layer.layer(route.layer(says(response(200, &[]))));
    let Ok(hidden) = block_on(hidden.oneshot(request()));
    let missing = passed(&layer, request(), response(401, &[]));
    assert_eq!(lines(hidden.headers(), WWW_AUTHENTICATE), CHALLENGES);
    assert_eq!(hidden.headers(), missing.headers());
}

/// Without the option, the 401 is left to the handler that said it.
#[test]
fn without_the_option_a_bare_401_stays_bare() {
    let layer = open(|builder| builder);
    let got = passed(
        &layer,
        Asks::Stranger.request(Mode::Origin, "/"),
        response(401, &[]),
    );
    assert!(got.headers().is_empty());
}
