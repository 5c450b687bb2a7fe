//! Several schemes, and which one decides.

use proptest::{
    prelude::*,
    sample::select,
    test_runner::{Config, RngSeed},
};
use tower_auth::{
    AuthLayer,
    policy::authenticated,
    scheme::{SchemeExt, Schemes},
};

use crate::{
    open, request, send,
    support::schemes::{API_KEY, Told, api_key, bearer, joined, named},
};

/// D-no-partial, 6750-2-a
#[test]
fn two_explicit_credentials_at_once_are_rejected_whatever_they_are() {
    for authorization in [
        "Bearer canary-true",
        "Bearer wrong",
        "Digest x",
        "",
        "Counted canary-true",
    ] {
        for key in ["canary-true", "wrong", ""] {
            for order in ["bearer counted api_key", "api_key counted bearer"] {
                let schemes = joined(named(order));
                let fields = [("authorization", authorization), (API_KEY, key)];
                send(open(schemes), request(&fields)).is_rejected("malformed");
            }
        }
    }
}

#[test]
fn nobody_is_asked_where_two_explicit_credentials_come_at_once() {
    let told = Told::explicit("Counted");
    let session = Told::ambient("Session");
    let schemes = told.clone().or(api_key()).or(session.clone());
    let fields = [
        ("authorization", "Counted canary-true"),
        (API_KEY, "canary-true"),
        ("x-session", "canary-true"),
    ];
    send(open(schemes), request(&fields)).is_rejected("malformed");
    assert_eq!((told.asked(), session.asked()), (0, 0));
}

#[test]
fn explicit_credentials_decide_alone_whatever_the_order() {
    let sent = [
        (("authorization", "Bearer canary-true"), 200),
        (("authorization", "Bearer wrong"), 401),
        (("authorization", "Bearer a b"), 401),
        (("authorization", "Bearer canary-away"), 503),
        (("authorization", "Digest x"), 401),
        (("authorization", ""), 401),
        ((API_KEY, "canary-true"), 200),
        ((API_KEY, "wrong"), 401),
        ((API_KEY, ""), 401),
    ];
    for (explicit, status) in sent {
        for ambient in ["canary-true", "canary-wrong", "canary-away", "canary-again"] {
            for ambient_first in [false, true] {
                let session = Told::ambient("Session");
                let schemes = if ambient_first {
                    session.clone().or(bearer()).or(api_key())
                } else {
                    bearer().or(api_key()).or(session.clone())
                };
                let seen = send(open(schemes), request(&[explicit, ("x-session", ambient)]));
                assert_eq!(seen.status, status, "{explicit:?}, {ambient}");
                assert_eq!(session.asked(), 0, "{explicit:?}, {ambient}");
            }
        }
    }
}

const NAMES: [&str; 4] = ["A", "B", "C", "D"];

fn ambient() -> impl Strategy<Value = Vec<(&'static str, u8)>> {
    let words = select(vec![
        "nothing",
        "nothing",
        "canary-absent",
        "canary-absent",
        "canary-true",
        "canary-wrong",
        "canary-torn",
        "canary-again",
        "canary-away",
    ]);
    prop::collection::vec((words, 0..3_u8), 1..=NAMES.len())
}

proptest! {
    #![proptest_config(Config {
        cases: 400,
        rng_seed: RngSeed::Fixed(6265),
        failure_persistence: None,
        ..Config::default()
    })]

    /// 9110-11.4-e
    #[test]
    fn of_ambient_schemes_the_first_that_finds_its_credentials_decides_alone(ambient in ambient()) {
        let make = |(name, (_, waits)): (&&'static str, &(&str, u8))| Told::ambient(name).waiting(*waits);
        let told: Vec<_> = NAMES.iter().zip(&ambient).map(make).collect();
        let mut schemes = told.iter().cloned();
        let first = Schemes::from(schemes.next().unwrap());
        let schemes = schemes.fold(first, Schemes::or);

        let fields: Vec<_> = NAMES.iter().zip(&ambient).map(|(name, (word, _))| (format!("x-{name}"), *word)).collect();
        let carried = fields.iter().filter(|(_, word)| *word != "nothing");
        let carried: Vec<_> = carried.map(|(name, word)| (name.as_str(), *word)).collect();
        let seen = send(AuthLayer::new(schemes, authenticated()), request(&carried));

        let found = ambient.iter().position(|(word, _)| !matches!(*word, "nothing" | "canary-absent"));
        let decides = found.map_or("nothing", |place| ambient[place].0);
        let (status, attempt) = match decides {
            "nothing" => (401, "absent"),
            "canary-true" => (200, ""),
            "canary-wrong" => (401, "refused"),
            "canary-torn" => (401, "malformed"),
            "canary-again" => (429, "throttled"),
            _ => (503, "unavailable"),
        };
        assert_eq!(seen.status, status, "{ambient:?}");
        if status != 200 {
            assert_eq!(seen.attempt(), (attempt, found.map(|place| NAMES[place])));
        }
        let last = found.unwrap_or(told.len());
        let asked: Vec<_> = told.iter().map(Told::asked).collect();
        let expected: Vec<_> = (0..told.len()).map(|place| usize::from(place <= last)).collect();
        assert_eq!(asked, expected, "{ambient:?}");
    }
}

/// 9110-11.3-d, 9110-11.6.1-e
#[test]
fn challenges_are_sent_in_the_order_of_the_schemes_each_on_a_line_of_its_own() {
    let lines = [
        ("basic", r#"Basic realm="staff area", charset="UTF-8""#),
        ("bearer", r#"Bearer realm="api""#),
        ("api_key", r#"ApiKey realm="keys""#),
        ("session", r#"Session realm="told""#),
    ];
    for rotate in 0..lines.len() {
        let mut lines = lines;
        lines.rotate_left(rotate);
        for swapped in [false, true] {
            if swapped {
                lines.swap(1, 2);
            }
            let names: Vec<_> = lines.iter().map(|(name, _)| *name).collect();
            let schemes = joined(named(&names.join(" certificate ")));
            let seen = send(
                AuthLayer::new(schemes, authenticated()),
                request::<&str>(&[]),
            );
            assert!(
                seen.challenges()
                    .into_iter()
                    .eq(lines.iter().map(|(_, line)| *line))
            );
        }
    }
}

/// 6750-3.1-d
#[test]
fn an_error_stands_only_on_the_challenge_of_the_scheme_that_was_tried() {
    for (field, erring) in [
        (("authorization", "Bearer wrong"), Some("Bearer")),
        (("authorization", "Basic dTpw"), None),
        ((API_KEY, "wrong"), None),
        (("x-session", "wrong"), None),
    ] {
        let schemes = joined(named("session bearer api_key basic"));
        let seen = send(open(schemes), request(&[field]));
        let challenges = seen.challenges();
        assert_eq!((seen.status, challenges.len()), (401, 4), "{field:?}");
        let mut errors = challenges.iter().filter(|line| line.contains("error"));
        assert_eq!(
            errors.next().and_then(|line| line.split(' ').next()),
            erring
        );
        assert_eq!(errors.next(), None);
    }
}
