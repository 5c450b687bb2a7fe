//! Every row of the decision table: as a function, over real connections, and on a single route.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that panics has failed, and says where"
)]

#[path = "../corpus/mod.rs"]
mod corpus;
#[path = "../independent/mod.rs"]
mod independent;
#[path = "../support/mod.rs"]
mod support;

mod answers;
mod layers;
mod stand;
mod table;

use std::{collections::BTreeSet, error::Error};

use http::{HeaderValue, Method, Request};
use tower_auth::{
    AttemptKind, Decision, Mode, Outcome, Remedy,
    audit::Record,
    challenge::{Ask, Challenge},
    policy::{Access, Policy as _},
    scheme::Scheme,
    settle,
};

use self::{
    answers::{is_answered, is_the_head_of},
    stand::{Place, Stand},
    support::{
        connections::{Wire, first_bytes},
        rules,
        schemes::{AnyScheme, named},
        user::ALICE,
        waiting::block_on,
    },
    table::{Case, Table},
};

type Checked = Result<(), Box<dyn Error>>;

/// What the policy of a case decides.
fn decide(case: &Case<'_>) -> Decision {
    let (head, ()) = Request::new(()).into_parts();
    let known = (case.attempt() == AttemptKind::Verified).then_some(&ALICE);
    block_on(
        rules::named(&case.policy.name)
            .decide(&Access::new(known, &head))
            .wait(),
    )
}

#[test]
fn every_policy_of_the_table_says_what_the_table_says() {
    for case in Table::load().cases() {
        let (says, remedy) = match decide(&case) {
            Decision::Allow => ("allow", None),
            Decision::Hide(_) => ("hide", None),
            Decision::Unavailable(_) => ("unavailable", None),
            Decision::Deny(denial) => ("deny", Some(word(denial.remedy()))),
        };
        assert_eq!(says, case.says(), "{case}");
        if let Some(remedy) = remedy {
            assert_eq!(Some(remedy), case.policy.remedy.as_deref(), "{case}");
        }
    }
}

fn word(remedy: &Remedy) -> &'static str {
    match remedy {
        Remedy::Nothing => "nothing",
        Remedy::OtherCredentials => "other_credentials",
        Remedy::Missing(missing) => {
            match (missing.login().is_some(), missing.scopes().is_empty()) {
                (true, true) => "login",
                (true, false) => "login_and_scopes",
                (false, _) => "scopes",
            }
        }
    }
}

#[test]
fn every_row_is_settled_so_by_the_function_alone() -> Checked {
    for case in Table::load().cases() {
        let schemes = named(case.schemes);
        let outcome = settle(case.attempt(), &decide(&case), |ask| {
            worded(&schemes, ask, case.credentials.scheme.as_deref())
        });
        assert_eq!(outcome.as_str(), case.row.outcome, "{case}");
        let status = outcome.status(case.mode).map(|status| status.as_u16());
        assert_eq!(status, case.status(), "{case}");

        let sent = match &outcome {
            Outcome::Challenge(challenges)
            | Outcome::Invalid(challenges)
            | Outcome::Forbid(Some(challenges)) => challenges.as_slice(),
            _ => &[],
        };
        let lines = sent
            .iter()
            .map(|challenge| challenge.as_header_value().to_str());
        let lines: Vec<_> = lines.collect::<Result<_, _>>()?;
        assert_eq!(answers::read_alike(&lines)?, case.challenges(), "{case}");
    }
    Ok(())
}

/// The challenges that the documentation of the table promises. `None` instead of an empty list.
fn worded(schemes: &[AnyScheme], ask: Ask<'_>, tried: Option<&str>) -> Option<Vec<Challenge>> {
    let is_tried = |scheme: &AnyScheme| Some(scheme.name()) == tried;
    let challenges: Vec<_> = match ask {
        Ask::Credentials | Ask::Again(_) => schemes
            .iter()
            .filter_map(|scheme| {
                scheme.challenge(if is_tried(scheme) {
                    ask
                } else {
                    Ask::Credentials
                })
            })
            .collect(),
        Ask::MoreScopes(_) | Ask::StepUp(_) => schemes
            .iter()
            .filter(|scheme| is_tried(scheme))
            .filter_map(|scheme| scheme.challenge(ask))
            .collect(),
        _ => panic!("a question that the documentation does not know"),
    };
    (!challenges.is_empty()).then_some(challenges)
}

#[tokio::test]
async fn every_row_is_answered_so_over_http_1_and_http_2() -> Checked {
    for case in Table::load().cases() {
        let stand = Stand::of(&case);
        let mut wire = Wire::to(stand.service()).await;
        let get = wire
            .send(case.request(&Method::GET, Place::Outside.path()))
            .await;
        is_answered(&case, &get)?;
        let passes = usize::from(case.row.outcome == "pass");
        assert_eq!(
            stand.calls(),
            2 * passes,
            "one call for each connection: {case}"
        );

        // 9110-9.3.2-a, 9110-9.3.2-b
        if passes == 0 {
            let head = wire
                .send(case.request(&Method::HEAD, Place::Outside.path()))
                .await;
            is_the_head_of(&head, &get);
            assert_eq!(stand.calls(), 0, "{case}");
        }
    }
    Ok(())
}

/// Rejected credentials do not get past a layer that lets everybody in: there, what further in
/// would decide makes no difference.
#[tokio::test]
async fn a_policy_on_a_single_route_is_answered_as_the_layer_outside_would() -> Checked {
    for case in Table::load().cases() {
        let stand = Stand::of(&case);
        let mut wire = Wire::to(stand.service()).await;
        let place = if case.is_rejected() {
            Place::Open
        } else {
            Place::Outside
        };
        for method in [Method::GET, Method::HEAD] {
            let alike = wire.send(case.request(&method, place.path())).await;
            let heard = wire.send(case.request(&method, Place::Route.path())).await;
            assert_eq!(heard, alike, "{case}");
        }
        let passes = matches!(case.row.outcome.as_str(), "pass");
        assert_eq!(stand.calls() > 0, passes, "{case}");
    }
    Ok(())
}

/// 9110-13.2.1-a, 9110-9.3.7-a, 9110-10.1.2-a
#[tokio::test]
async fn no_other_field_and_no_method_changes_a_refusal() {
    let table = Table::load();
    let refused = |case: &Case<'_>| case.row.outcome != "pass" && case.mode == Mode::Origin;
    let mut rows = BTreeSet::new();
    for case in table.cases().iter().filter(|case| refused(case)) {
        if !rows.insert(case.row.name()) {
            continue;
        }
        let mut wire = Wire::to(Stand::of(case).service()).await;
        let path = Place::Outside.path();
        let alike = wire.send(case.request(&Method::GET, path)).await;
        for (name, value) in [
            ("if-none-match", "*"),
            ("if-match", r#""no such""#),
            ("if-unmodified-since", "Thu, 01 Jan 1970 00:00:00 GMT"),
            ("range", "bytes=0-0"),
            ("accept", "text/html"),
            ("from", "admin@example.com"),
            ("x-http-method-override", "OPTIONS"),
        ] {
            let mut request = case.request(&Method::GET, path);
            request
                .headers_mut()
                .insert(name, HeaderValue::from_static(value));
            assert_eq!(wire.send(request).await, alike, "{name}: {case}");
        }
        for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
            let heard = wire.send(case.request(&method, path)).await;
            assert_eq!(heard, alike, "{method}: {case}");
        }
    }
}

/// 9110-16.4.2-a
#[tokio::test]
async fn a_connection_stays_anonymous_whoever_came_before() {
    let table = Table::load();
    let cases = table.cases();
    let find = |credentials: &str| {
        let found = cases.iter().find(|case| case.is(credentials, "members"));
        found.unwrap()
    };
    let (alice, stranger) = (find("bearer"), find("none"));
    let mut wire = Wire::to(Stand::of(alice).service()).await;
    for _ in 0..2 {
        for (case, status) in [(alice, 200), (stranger, 401)] {
            let heard = wire
                .send(case.request(&Method::GET, Place::Outside.path()))
                .await;
            assert_eq!(heard.status, status, "{case}");
        }
    }
}

/// 9110-10.1.1-a
#[tokio::test]
async fn a_refusal_does_not_wait_for_a_body() {
    let table = Table::load();
    let stranger = table
        .cases()
        .into_iter()
        .find(|case| case.is("none", "members"));
    let stand = Stand::of(&stranger.unwrap());
    let request = "POST / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 9\r\n\r\n";
    let answer = first_bytes(stand.service(), request).await;
    assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
    assert_eq!(stand.calls(), 0);
}

#[test]
fn every_refusal_leaves_a_record_for_the_layers_outside() {
    for (case, place) in Table::load().cases().iter().flat_map(|case| {
        let places = [Place::Outside, Place::Route];
        places.map(|place| (case, place))
    }) {
        let stand = Stand::of(case);
        let response = block_on(stand.ask(place, case.request(&Method::GET, "/")));
        let record = response.extensions().get::<Record>();
        let asked = stand.asked();
        if case.row.outcome == "pass" {
            assert!(record.is_none(), "{case}");
            assert_eq!(asked, 1, "{case}");
            continue;
        }
        let record = record.unwrap_or_else(|| panic!("no record: {case}"));
        assert_eq!(
            record.attempt().as_str(),
            case.credentials.attempt,
            "{case}"
        );
        assert_eq!(
            record.scheme(),
            case.credentials.scheme.as_deref(),
            "{case}"
        );
        assert_eq!(record.status(), Some(response.status()), "{case}");

        let decided_here = case.is_decided() && !(place == Place::Route && case.is_rejected());
        assert_eq!(asked, usize::from(decided_here), "{case}");
        if decided_here {
            assert_eq!(record.outcome().as_str(), case.row.outcome, "{case}");
            assert_eq!(record.reason(), decide(case).private_reason(), "{case}");
        }
        assert_eq!(stand.calls(), 0, "{case}");
    }
}

#[test]
fn no_combination_is_left_out_of_the_table() {
    let told: BTreeSet<_> = Table::load()
        .cases()
        .iter()
        .map(|case| {
            let remedy = (case.says() == "deny")
                .then(|| case.policy.remedy.clone())
                .flatten();
            let decision = format!("{} {}", case.says(), remedy.unwrap_or_default());
            (
                case.credentials.attempt.clone(),
                decision.trim().to_owned(),
                case.has_words(),
                case.mode == Mode::Proxy,
            )
        })
        .collect();
    for attempt in [
        "absent",
        "verified",
        "malformed",
        "not_understood",
        "refused",
        "cross_origin",
        "invalid_request",
        "throttled",
    ] {
        for decision in [
            "allow",
            "deny nothing",
            "deny other_credentials",
            "deny scopes",
            "deny login",
            "deny login_and_scopes",
            "hide",
            "unavailable",
        ] {
            for (has_words, proxy) in [(false, false), (false, true), (true, false), (true, true)] {
                let combination = (attempt.to_owned(), decision.to_owned(), has_words, proxy);
                assert!(told.contains(&combination), "{combination:?}");
            }
        }
    }
    for attempt in ["unavailable", "not_made"] {
        assert!(told.iter().any(|(there, ..)| there == attempt), "{attempt}");
    }
}
