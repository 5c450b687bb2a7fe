//! The decision table gives the same answers in five hosts, wherever the refusal is made.
#![cfg(feature = "axum")]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that panics has failed, and says where"
)]

#[path = "../decision_table/answers.rs"]
mod answers;
mod application;
#[path = "../corpus/mod.rs"]
mod corpus;
mod deciders;
mod hosts;
#[path = "../independent/mod.rs"]
mod independent;
#[path = "../decision_table/layers.rs"]
mod layers;
mod stand;
#[path = "../support/mod.rs"]
mod support;
#[path = "../decision_table/table.rs"]
#[allow(
    dead_code,
    reason = "the table has a test of its own, which needs more of it"
)]
mod table;
mod watched;

use std::error::Error;

use http::Method;
use tower_auth::Mode;

use self::{
    answers::{is_answered, is_the_head_of},
    deciders::Decider,
    hosts::{Host, Served},
    stand::Stand,
    support::connections::Heard,
    table::{Case, Table},
    watched::Watch,
};

type Checked = Result<(), Box<dyn Error>>;

/// What a case is answered in a host, for GET, HEAD and POST.
struct Answers {
    host: Host,
    decider: Decider,
    heard: [Heard; 3],
}

impl Answers {
    /// Asks, and sees that nothing was done twice.
    async fn of(served: &mut Served, decider: Decider, case: &Case<'_>) -> Self {
        let watch = Watch::default();
        served.serve(&Stand::of(case, &watch), decider);
        let host = served.host;
        let mut heard = Vec::new();
        for method in [Method::GET, Method::HEAD, Method::POST] {
            heard.push(served.send(case, &method).await);
            let counts = watch.take();
            let expected = decider.counts(case);
            assert_eq!(counts, expected, "{host:?}, {decider:?}, {method}: {case}");
        }
        Self {
            host,
            decider,
            heard: heard.try_into().unwrap(),
        }
    }
}

/// Sees that all cases are answered alike, and as their rows say. All that comes back is compared:
/// the status, all lines of all fields with the order of those of one name, and the body. Left aside
/// are `Date`, and the order of fields of different names, which means nothing (RFC 9110 §5.3).
async fn are_answered_alike(mode: Mode) -> Checked {
    let table = Table::load();
    let cases = table.cases();
    let mut hosts = Served::all().await;
    for case in cases.iter().filter(|case| case.mode == mode) {
        let mut all = Vec::new();
        for served in &mut hosts {
            for decider in Decider::all(served.host, case) {
                all.push(Answers::of(served, decider, case).await);
            }
        }

        let first = &all[0];
        let [get, head, post] = &first.heard;
        is_answered(case, get)?;
        is_the_head_of(head, get);
        assert_eq!(post, get, "{case}");

        // Where rejected credentials stop, nobody further in is asked.
        let stopped = all.iter().find(|there| there.decider == Decider::Nobody);
        let open = cases.iter().find(|open| is_open(open, case));
        if let (Some(stopped), Some(open)) = (stopped, open) {
            is_answered(open, &stopped.heard[0])?;
        }
        for there in &all {
            let expected = match (there.decider, stopped) {
                (Decider::Layer, _) | (_, None) => first,
                (_, Some(stopped)) => stopped,
            };
            assert_eq!(
                there.heard, expected.heard,
                "{:?}, {:?}: {case}",
                there.host, there.decider
            );
        }
    }
    Ok(())
}

/// Whether a case is the other, with a policy that lets everybody in.
fn is_open(open: &Case<'_>, case: &Case<'_>) -> bool {
    open.policy.name == "anyone"
        && open.mode == case.mode
        && open.schemes == case.schemes
        && std::ptr::eq(open.credentials, case.credentials)
}

/// 9110-15.5.2-a, 9110-11.6.1-a, 9110-11.6.1-b, 9110-9.3.2-a
#[tokio::test]
async fn every_host_and_every_decider_answers_as_the_table_says() -> Checked {
    are_answered_alike(Mode::Origin).await
}

/// 9110-15.5.8-a, 9110-11.7.1-a
#[tokio::test]
async fn every_host_and_every_decider_of_a_proxy_answers_as_the_table_says() -> Checked {
    are_answered_alike(Mode::Proxy).await
}
