#![deny(unused_must_use)]

use http::Request;
use tower_auth::{
    AttemptKind, Decision, Step,
    policy::{Access, Policy, authenticated},
    settle,
};

fn main() {
    let (head, ()) = Request::new(()).into_parts();
    let access = Access::<()>::new(None, &head);
    authenticated().decide(&access);
    let Step::Now(decision) = authenticated().decide(&access) else {
        return;
    };
    decision.and(Decision::Allow);
    settle(AttemptKind::Absent, &Decision::deny(), |_ask| Some(()));
}
