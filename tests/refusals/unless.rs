//! `Refusal::unless`: every answer that a policy may give, and every error.

use std::{io, time::Duration};

use http::StatusCode;
use tower_auth::{
    Decision, Denied, Hidden, IntoDecision, Login, NeedsLogin, Refusal, Remedy, Unavailable,
};

/// The status that a refusal has by itself, if it is one.
fn status(answer: impl IntoDecision) -> Option<StatusCode> {
    let refusal = Refusal::unless(answer).err()?;
    Some(refusal.response(()).status())
}

#[test]
fn what_allows_is_no_refusal() {
    assert_eq!(status(true), None);
    assert_eq!(status(Decision::Allow), None);
    assert_eq!(status(Ok::<_, io::Error>(true)), None);
    assert_eq!(status(Ok::<_, Unavailable>(Decision::Allow)), None);
    let nested: Result<Result<bool, io::Error>, Unavailable> = Ok(Ok(true));
    assert_eq!(status(nested), None);
}

#[test]
fn every_answer_of_a_policy_refuses_as_it_would_there() {
    let away = || io::Error::other("away");
    let forbidden = Some(StatusCode::FORBIDDEN);
    let missing = Some(StatusCode::NOT_FOUND);
    let unavailable = Some(StatusCode::SERVICE_UNAVAILABLE);
    let fresh = || NeedsLogin::again(Login::not_older_than(Duration::from_secs(60)));

    assert_eq!(status(false), forbidden);
    assert_eq!(status(Decision::deny()), forbidden);
    assert_eq!(status(Denied::new(Remedy::Nothing)), forbidden);
    assert_eq!(status(NeedsLogin::new()), forbidden);
    assert_eq!(status(fresh()), forbidden);
    assert_eq!(status(Decision::hide()), missing);
    assert_eq!(status(Hidden::new()), missing);
    assert_eq!(
        status(Decision::from(Unavailable::new("away"))),
        unavailable
    );

    assert_eq!(status(Ok::<_, io::Error>(false)), forbidden);
    assert_eq!(status(Ok::<_, io::Error>(fresh())), forbidden);
    assert_eq!(status(Ok::<_, io::Error>(Hidden::new())), missing);
    assert_eq!(status(Err::<bool, _>(away())), unavailable);
    assert_eq!(
        status(Err::<Denied, _>(Unavailable::new("away"))),
        unavailable
    );
    let nested: Result<Result<bool, io::Error>, Unavailable> = Ok(Err(away()));
    assert_eq!(status(nested), unavailable);
}

#[test]
fn every_error_is_our_fault() {
    let errors: [Refusal; 4] = [
        io::Error::other("away").into(),
        "one".parse::<u32>().unwrap_err().into(),
        std::fmt::Error.into(),
        Unavailable::from_boxed("no type at all".into()).into(),
    ];
    for error in errors {
        assert_eq!(error.response(()).status(), StatusCode::SERVICE_UNAVAILABLE);
    }
}

#[test]
fn a_refusal_is_a_small_error() {
    assert_eq!(size_of::<Refusal>(), size_of::<usize>());
    assert_eq!(size_of::<Result<(), Refusal>>(), size_of::<usize>());
}
