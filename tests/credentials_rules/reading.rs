//! What stands in a field, and what is no credentials.

use http::header::{AUTHORIZATION, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, WWW_AUTHENTICATE};
use proptest::{
    prelude::*,
    sample::select,
    test_runner::{Config, RngSeed},
};
use tower_auth::{
    AuthLayer,
    policy::{anyone, authenticated},
    scheme::{Scheme, SchemeExt, Schemes},
};

use crate::{
    open, request, send,
    support::{
        schemes::{API_KEY, Told, api_key, basic, bearer, joined, named},
        user::User,
    },
};

const BASIC: &str = "Basic YWxpY2U6Y2FuYXJ5LXRydWU=";
const BEARER: &str = "Bearer canary-true";

fn both() -> Schemes<User> {
    basic().or(bearer())
}

/// 6750-3.1-d, 9110-11.4-a, 9110-11.4-b, 9110-5.5-c
#[test]
fn what_no_scheme_understands_is_rejected_and_blames_no_token() {
    let values: [&[u8]; 20] = [
        b"",
        b" ",
        b"Digest username=\"alice\"",
        b"Negotiate YQ==",
        b"BearerX canary-true",
        b"Bearer\tcanary-true",
        b"Bearer:canary-true",
        b"Bearer=canary-true",
        b"Bearer,canary-true",
        b"\"Bearer\" canary-true",
        b", Bearer canary-true",
        b",",
        b"=",
        b"\xe9",
        b"B\xe9arer canary-true",
        b"\xf0\x9f\x94\x91 canary-true",
        b"(Bearer) canary-true",
        b"/Bearer canary-true",
        b"canary-true",
        b"YWxpY2U6Y2FuYXJ5LXRydWU=",
    ];
    for value in values {
        let seen = send(open(both()), request(&[("authorization", value)]));
        assert_eq!(seen.status, 401, "{}", value.escape_ascii());
        seen.is_rejected("not_understood");
    }
}

/// 9110-5.5-a, 9110-11.1-a, 9110-11.4-a, 6750-2.1-b
#[test]
fn case_of_the_name_and_the_number_of_spaces_make_no_difference() {
    let told = Told::explicit("Counted");
    for value in [
        "bearer canary-true",
        "BEARER canary-true",
        "bEaReR canary-true",
        "Bearer   canary-true",
        " \tBearer canary-true \t",
        "basic YWxpY2U6Y2FuYXJ5LXRydWU=",
        "BASIC  YWxpY2U6Y2FuYXJ5LXRydWU=",
        "counted canary-true",
        "COUNTED canary-true",
    ] {
        for name in ["authorization", "Authorization", "AUTHORIZATION"] {
            let seen = send(open(both().or(told.clone())), request(&[(name, value)]));
            assert_eq!(seen.status, 200, "{value:?}");
        }
    }
}

/// 9110-11.4-b
#[test]
fn a_name_without_credentials_is_that_schemes_malformed_credentials() {
    for (value, scheme, erring) in [
        ("Bearer", "Bearer", 1),
        ("bearer  ", "Bearer", 1),
        ("Basic", "Basic", 0),
    ] {
        let seen = send(open(both()), request(&[("authorization", value)]));
        assert_eq!(
            (seen.status, seen.attempt()),
            (401, ("malformed", Some(scheme)))
        );
        let errors = seen
            .challenges()
            .into_iter()
            .filter(|line| line.contains("error="));
        assert_eq!(errors.count(), erring, "{value}");
    }
    let seen = send(open(api_key()), request(&[(API_KEY, "")]));
    assert_eq!(
        (seen.status, seen.attempt()),
        (401, ("malformed", Some("ApiKey")))
    );
}

/// 9110-11.6.2-b, D-no-partial
#[test]
fn two_lines_are_rejected_whatever_stands_in_them() {
    let values = [
        BASIC,
        BEARER,
        "Bearer wrong",
        "Counted canary-true",
        "Digest x",
        "",
    ];
    for first in values {
        for second in values {
            let told = Told::explicit("Counted");
            let lines = [("authorization", first), ("authorization", second)];
            let seen = send(open(both().or(told.clone())), request(&lines));
            seen.is_rejected("malformed");
            assert_eq!(told.asked(), 0, "{first}, {second}");
        }
    }
}

/// 9110-11.6.2-b, D-no-partial
#[test]
fn credentials_merged_by_a_comma_are_rejected() {
    let values = [BASIC, BEARER, "Bearer wrong", "Digest x", ""];
    for first in [BASIC, BEARER] {
        for second in values {
            for comma in [",", ", ", " , ", ",,"] {
                let merged = format!("{first}{comma}{second}");
                let seen = send(open(both()), request(&[("authorization", &merged)]));
                assert_eq!(seen.status, 401, "{merged}");
                assert_eq!(seen.attempt().0, "malformed", "{merged}");
                assert!(seen.shown.is_none(), "{merged}");
            }
        }
    }
}

/// D-no-partial
#[test]
fn a_key_that_comes_twice_or_merged_is_rejected() {
    let values = ["canary-true", "wrong", ""];
    for first in values {
        for second in values {
            let seen = send(
                open(api_key()),
                request(&[(API_KEY, first), (API_KEY, second)]),
            );
            seen.is_rejected("malformed");
        }
    }
    for merged in [
        "canary-true,canary-true",
        "canary-true, canary-true",
        ",canary-true",
        "canary-true,",
    ] {
        let seen = send(open(api_key()), request(&[(API_KEY, merged)]));
        assert_eq!(
            (seen.status, seen.attempt()),
            (401, ("malformed", Some("ApiKey"))),
            "{merged}"
        );
    }
}

/// 9110-11.6.2-a
#[test]
fn where_no_scheme_reads_authorization_it_is_left_as_it_is() {
    let schemes = || api_key().or(Told::ambient("Session"));
    let values: [&[&str]; 5] = [
        &[BEARER],
        &["Digest x"],
        &[""],
        &["garbage\"", BASIC],
        &[BASIC, BASIC],
    ];
    for lines in values {
        for credentials in [
            None,
            Some((API_KEY, "canary-true")),
            Some(("x-session", "canary-true")),
        ] {
            let lines = lines.iter().map(|line| ("authorization", *line));
            let fields: Vec<_> = lines.chain(credentials).collect();
            for builder in [open(schemes()), open(schemes()).strip_credentials()] {
                let seen = send(builder, request(&fields));
                assert_eq!(seen.status, 200, "{fields:?}");
                let shown = seen.shown.unwrap();
                let sent = request(&fields).headers().clone();
                let left: Vec<_> = shown.get_all(AUTHORIZATION).iter().collect();
                assert_eq!(left, sent.get_all(AUTHORIZATION).iter().collect::<Vec<_>>());
                assert!(!left.iter().any(|line| line.is_sensitive()));
            }
        }
    }
}

/// 9110-11.7.2-a, 9110-11.3-b, 9110-3.7-a
#[test]
fn a_proxy_reads_the_field_for_proxies_and_an_origin_the_other() {
    let proxy = || AuthLayer::proxy(bearer().or(basic()), authenticated());
    let open = || AuthLayer::proxy(bearer().or(basic()), anyone());
    let theirs = [("authorization", BASIC), ("proxy-authorization", BEARER)];

    let seen = send(proxy(), request(&theirs[..1]));
    assert_eq!((seen.status, seen.attempt()), (407, ("absent", None)));
    assert!(!seen.response.headers().contains_key(WWW_AUTHENTICATE));
    let lines: Vec<_> = seen
        .response
        .headers()
        .get_all(PROXY_AUTHENTICATE)
        .iter()
        .collect();
    assert_eq!(
        lines,
        [
            r#"Bearer realm="api""#,
            r#"Basic realm="staff area", charset="UTF-8""#
        ]
    );

    let shown = send(proxy(), request(&theirs)).shown.unwrap();
    assert!(
        !shown.contains_key(PROXY_AUTHORIZATION),
        "the next server is not to see it"
    );
    assert_eq!(shown[AUTHORIZATION], BASIC);
    assert!(!shown[AUTHORIZATION].is_sensitive());

    let twice = [theirs[1], theirs[1]];
    assert_eq!(send(open(), request(&twice)).status, 407);
    assert_eq!(
        send(open(), request(&[("proxy-authorization", "")])).status,
        407
    );

    let origin = || AuthLayer::new(both(), authenticated());
    let seen = send(origin(), request(&theirs[1..]));
    assert_eq!((seen.status, seen.attempt()), (401, ("absent", None)));
    assert!(!seen.response.headers().contains_key(PROXY_AUTHENTICATE));
    let shown = send(origin(), request(&theirs)).shown.unwrap();
    assert_eq!(shown[PROXY_AUTHORIZATION], BEARER);
}

/// From `Authorization`, nothing found is nothing understood.
#[test]
fn a_scheme_that_finds_nothing_in_its_own_credentials_rejects_them() {
    for told in [
        Told::explicit("Counted"),
        Told::explicit("Counted").waiting(2),
    ] {
        let session = Told::ambient("Session");
        let fields = [
            ("authorization", "Counted canary-absent"),
            ("x-session", "canary-true"),
        ];
        let seen = send(open(told.or(session.clone())), request(&fields));
        assert_eq!(
            (seen.status, seen.attempt()),
            (401, ("not_understood", Some("Counted")))
        );
        assert_eq!(session.asked(), 0);
    }
}

fn near_credentials() -> impl Strategy<Value = Vec<u8>> {
    let words = select(vec![
        "Bearer",
        "basic",
        "Digest",
        " ",
        "  ",
        "\t",
        ",",
        "=",
        "canary-true",
        "YTpi",
        "\"",
        "a",
    ]);
    let near = prop::collection::vec(words, 0..6).prop_map(|words| words.concat().into_bytes());
    prop_oneof![near, prop::collection::vec(32..=255_u8, 0..24)]
}

proptest! {
    #![proptest_config(Config {
        cases: 400,
        rng_seed: RngSeed::Fixed(6750),
        failure_persistence: None,
        ..Config::default()
    })]

    /// 9110-5.4-a: what is there and not true is never overlooked.
    #[test]
    fn nobody_with_a_field_of_credentials_is_a_stranger(value in near_credentials()) {
        prop_assume!(http::HeaderValue::from_bytes(&value).is_ok());
        let seen = send(open(both()), request(&[("authorization", &value)]));
        if seen.status == 200 {
            let text = String::from_utf8(value).unwrap().to_ascii_lowercase();
            let words: Vec<_> = text.split([' ', '\t']).filter(|word| !word.is_empty()).collect();
            assert_eq!(words, ["bearer", "canary-true"]);
        } else {
            assert_eq!(seen.status, 401);
            assert!(matches!(seen.attempt().0, "malformed" | "not_understood" | "refused"));
        }
    }
}

#[test]
fn schemes_of_any_type_read_alike() {
    let schemes = named("basic bearer api_key");
    assert!(
        schemes
            .iter()
            .map(Scheme::name)
            .eq(["Basic", "Bearer", "ApiKey"])
    );
    let seen = send(open(joined(schemes)), request(&[("authorization", BASIC)]));
    assert_eq!(seen.status, 200);
}
