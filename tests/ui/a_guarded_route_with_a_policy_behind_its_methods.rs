use axum::routing::get;
use tower_auth::{GuardedRouter, policy::anyone};

fn routes() -> GuardedRouter<&'static str> {
    GuardedRouter::new().route("/", get(async || "hello"), anyone())
}

fn main() {
    routes();
}
