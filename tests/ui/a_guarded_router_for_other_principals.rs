use axum::{body::Body, routing::get};
use tower_auth::{AuthLayer, GuardedRouter, policy::anyone};

fn main() {
    let auth = None::<AuthLayer<&'static str, Body>>.unwrap();
    let routes: GuardedRouter<u32> = GuardedRouter::new().route("/", anyone(), get(async || "hello"));
    let _ = routes.guarded_by(&auth);
}
