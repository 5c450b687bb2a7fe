//! What the log says of preflights.

use http::{Request, header};
use tower::{Layer as _, ServiceExt as _};
use tower_auth::AuthLayer;

use crate::{
    log::{assert_lines, logged},
    stand::{Counts, Setup, preflight},
    support::{
        inner::{Body, Inner},
        schemes::CANARY,
        waiting::block_on,
    },
};

fn line(request: Request<()>, rule: &str) -> String {
    let counts = Counts::new();
    let layer = counts.layer(Setup::Origin, "closed").pass_preflights();
    let layer: AuthLayer<_, Body> = layer.build().unwrap();
    let route = layer.require(counts.policy(rule)).unwrap();
    let service = layer.layer(route.layer(Inner::default()));
    let (_, log) = logged(|| block_on(service.oneshot(request)));
    assert_lines(&log, 1);
    log
}

#[test]
fn a_preflight_that_passes_is_told_as_one() {
    let bad = preflight("PUT").header(header::AUTHORIZATION, "Counted canary-stale");
    let line = line(bad.body(()).unwrap(), "anyone");
    assert!(line.starts_with("DEBUG"), "{line}");
    let told = r#"outcome="pass" attempt="absent" policy="cors_preflight""#;
    assert!(line.contains(told) && !line.contains(CANARY), "{line}");
}

#[test]
fn what_refuses_a_preflight_further_in_is_told_instead() {
    let line = line(preflight("PUT").body(()).unwrap(), "members");
    assert!(line.starts_with(" INFO"), "{line}");
    assert!(line.contains(r#"outcome="challenge" status=401"#), "{line}");
    assert!(!line.contains("cors_preflight"), "{line}");
}

#[test]
fn options_that_are_no_preflight_are_told_by_the_policy() {
    let line = line(Request::options("/").body(()).unwrap(), "anyone");
    assert!(line.contains(r#"outcome="forbid" status=403"#), "{line}");
    assert!(!line.contains("cors_preflight"), "{line}");
}
