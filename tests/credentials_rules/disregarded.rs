//! What a layer can be told to disregard: schemes of others, and credentials that are rejected.

use tower_auth::{
    AuthLayer, Rejection,
    audit::Record,
    policy::{Access, anyone, authenticated},
    scheme::SchemeExt,
};

use crate::{
    Builder, Seen, open, request, send,
    support::{
        schemes::{API_KEY, Told, api_key, basic, bearer, joined, named},
        user::User,
    },
};

fn behind_a_gateway(names: &str) -> Builder {
    open(joined(named(names))).ignore_unknown_schemes()
}

fn is_nobody(seen: &Seen) {
    assert_eq!(seen.status, 200);
    assert_eq!(seen.body(), b"nobody");
}

#[test]
fn a_scheme_of_others_is_ignored_where_the_layer_is_told_so() {
    for value in [
        "Negotiate abc",
        "negotiate",
        "opaque-token",
        "Digest a=\"b\", c=d",
    ] {
        let fields = [("authorization", value)];
        is_nobody(&send(behind_a_gateway("bearer basic"), request(&fields)));
        send(open(bearer().or(basic())), request(&fields)).is_rejected("not_understood");
    }
}

#[test]
fn a_scheme_of_ours_is_not_ignored_nor_is_what_is_no_scheme_at_all() {
    let nothing: &[&str] = &[""];
    let garbage: &[&str] = &["=", "\"Negotiate\" abc", ", abc", "Nego/tiate abc"];
    for value in nothing.iter().chain(garbage) {
        let seen = send(
            behind_a_gateway("bearer basic"),
            request(&[("authorization", value)]),
        );
        seen.is_rejected("not_understood");
    }
    for (value, attempt) in [
        ("bearer canary-stale", "refused"),
        ("BEARER canary true", "malformed"),
        ("basic %%%", "malformed"),
    ] {
        let seen = send(
            behind_a_gateway("bearer basic"),
            request(&[("authorization", value)]),
        );
        assert_eq!((seen.status, seen.attempt().0), (401, attempt), "{value}");
    }
}

/// 9110-11.6.2-b
#[test]
fn two_lines_are_rejected_though_nobody_here_knows_their_schemes() {
    let fields = [
        ("authorization", "Negotiate abc"),
        ("authorization", "Negotiate abc"),
    ];
    let seen = send(behind_a_gateway("bearer"), request(&fields));
    seen.is_rejected("malformed");
}

#[test]
fn what_else_is_presented_counts_where_a_scheme_of_others_is_ignored() {
    for (other, status) in [
        ((API_KEY, "canary-true"), 200),
        ((API_KEY, "canary-stale"), 401),
        (("x-session", "canary-true"), 200),
        (("x-session", "canary-stale"), 401),
    ] {
        let fields = [("authorization", "Negotiate abc"), other];
        let builder = behind_a_gateway("session bearer api_key");
        let seen = send(builder, request(&fields));
        assert_eq!(seen.status, status, "{other:?}");
        // Without being told so, the one field is enough to be rejected.
        let seen = send(
            open(joined(named("session bearer api_key"))),
            request(&fields),
        );
        assert_eq!(seen.status, 401, "{other:?}");
    }
}

#[test]
fn who_is_rejected_is_nobody_where_the_layer_is_told_so() {
    for (field, why) in [
        (("authorization", "Bearer canary-stale"), Rejection::Refused),
        (("authorization", "Bearer a b"), Rejection::Malformed),
        (("authorization", "Digest x"), Rejection::NotUnderstood),
        (("x-session", "canary-abroad"), Rejection::CrossOrigin),
        (
            ("authorization", "Counted canary-amiss"),
            Rejection::InvalidRequest,
        ),
    ] {
        let schemes = || joined(named("bearer counted session"));
        let lenient = open(schemes()).treat_rejected_as_anonymous();
        is_nobody(&send(lenient, request(&[field])));

        // The policy is asked about nobody, verified by nothing; whom it lets in is its own affair.
        let is_asked = |access: &Access<'_, User>| {
            assert!(access.principal().is_none() && access.scheme().is_none());
            false
        };
        let closed = AuthLayer::new(schemes(), is_asked).treat_rejected_as_anonymous();
        let seen = send(closed, request(&[field]));
        assert_eq!(seen.status, 401);
        let record = seen.response.extensions().get::<Record>().unwrap();
        assert_eq!(record.attempt().as_str(), "absent");
        assert_eq!(record.disregarded(), Some(why));
        // Who is taken for a stranger is asked as a stranger is.
        assert!(!seen.challenges().iter().any(|line| line.contains("error")));
        assert!(seen.shown.is_none());
    }
}

#[test]
fn who_tried_too_often_is_told_so_all_the_same() {
    let schemes = Told::explicit("Counted").or(bearer());
    let lenient = open(schemes).treat_rejected_as_anonymous();
    let seen = send(
        lenient,
        request(&[("authorization", "Counted canary-again-soon")]),
    );
    assert_eq!(seen.status, 429);
    assert_eq!(seen.attempt(), ("throttled", Some("Counted")));
    assert!(seen.shown.is_none());
}

/// D-fail-closed
#[test]
fn an_outage_is_no_rejection() {
    let lenient = open(bearer()).treat_rejected_as_anonymous();
    let seen = send(lenient, request(&[("authorization", "Bearer canary-away")]));
    assert_eq!(seen.status, 503);
    assert!(seen.shown.is_none());
}

#[test]
fn who_is_verified_or_brings_nothing_is_not_disregarded() {
    let lenient = || AuthLayer::new(bearer().or(api_key()), authenticated());
    let known = [("authorization", "Bearer canary-true")];
    let seen = send(lenient().treat_rejected_as_anonymous(), request(&known));
    assert_eq!(seen.status, 200);
    let seen = send(
        lenient().treat_rejected_as_anonymous(),
        request::<&str>(&[]),
    );
    assert_eq!(seen.status, 401);
    let record = seen.response.extensions().get::<Record>().unwrap();
    assert_eq!(record.disregarded(), None);
}

#[test]
fn rejected_credentials_are_redacted_though_they_are_disregarded() {
    let fields = [("authorization", "Bearer canary-stale")];
    let marked = send(
        open(bearer()).treat_rejected_as_anonymous(),
        request(&fields),
    );
    assert!(marked.shown.unwrap()["authorization"].is_sensitive());
    let builder = AuthLayer::new(bearer(), anyone()).strip_credentials();
    let stripped = send(builder.treat_rejected_as_anonymous(), request(&fields));
    assert!(!stripped.shown.unwrap().contains_key("authorization"));
    let ignored = send(
        open(bearer()).ignore_unknown_schemes(),
        request(&[("authorization", "Negotiate canary")]),
    );
    assert!(ignored.shown.unwrap()["authorization"].is_sensitive());
}
