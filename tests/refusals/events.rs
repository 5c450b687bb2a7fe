//! What the log is told of a refusal in a handler.

#[path = "../support/log.rs"]
mod log;

use std::io;

use axum::{Router, body::Body, routing::get};
use tower::Layer as _;
use tower_auth::{
    Denied, Hidden, Refusal, Remedy,
    policy::{self, View},
};

use self::log::{assert_lines, logged};
use crate::stand::{User, ask, open, send};

/// What is logged while alice asks for this.
fn line(path: &str) -> String {
    async fn load() -> Result<(), Refusal> {
        Err(io::Error::other("canary: no route to the database"))?;
        Ok(())
    }
    let closed = async || Err::<(), _>(Denied::new(Remedy::Nothing).code("closed").reason("late"));
    let hidden = async || Err::<(), _>(Hidden::new().reason("another's"));
    let routes = Router::new()
        .route("/load", get(load))
        .route("/closed", get(closed))
        .route("/hidden", get(hidden));
    let app = open().build().unwrap().layer(routes);
    let request = ask("alice", path).body(Body::empty()).unwrap();
    let (_, log) = logged(|| send(&app, request));
    assert_lines(&log, 1);
    log
}

#[test]
fn an_error_that_a_handler_meets_is_told_to_the_log_with_its_source() {
    let line = line("/load");
    assert!(line.starts_with("ERROR"), "{line}");
    assert!(line.contains(r#"outcome="fail" status=503"#), "{line}");
    assert!(line.contains(r#"policy="handler""#), "{line}");
    assert!(line.contains("canary: no route to the database"), "{line}");
}

#[test]
fn an_error_while_loading_is_told_to_the_log_with_its_source() {
    #[derive(Clone)]
    struct Document;
    let load = policy::load((), async |(), _: View<User>| {
        Err::<Option<Document>, _>(io::Error::other("canary: the disk is gone"))
    });
    let auth = open().build().unwrap();
    let rule = auth.require(load.then(policy::anyone())).unwrap();
    let route = get(async || "the document").layer(rule);
    let app = auth.layer(Router::new().route("/", route));
    let request = ask("alice", "/").body(Body::empty()).unwrap();
    let (_, log) = logged(|| send(&app, request));
    assert_lines(&log, 1);
    assert!(log.starts_with("ERROR"), "{log}");
    assert!(log.contains("canary: the disk is gone"), "{log}");
    assert!(log.contains("load(Document).then(anyone)"), "{log}");
}

#[test]
fn a_refusal_in_a_handler_is_told_once_and_not_as_a_pass() {
    let closed = line("/closed");
    for part in [
        " INFO",
        r#"outcome="forbid" status=403"#,
        r#"policy="handler""#,
    ] {
        assert!(closed.contains(part), "{closed}");
    }
    assert!(
        closed.contains(r#"code="closed" reason="late""#),
        "{closed}"
    );
    let hidden = line("/hidden");
    for part in [
        " INFO",
        r#"outcome="conceal" status=404"#,
        r#"policy="handler""#,
    ] {
        assert!(hidden.contains(part), "{hidden}");
    }
    assert!(hidden.contains(r#"reason="another's""#), "{hidden}");
}
