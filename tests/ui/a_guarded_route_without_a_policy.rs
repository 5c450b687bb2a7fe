use axum::routing::get;
use tower_auth::GuardedRouter;

fn routes() -> GuardedRouter<&'static str> {
    GuardedRouter::new().route("/", get(async || "open to whom?"))
}

fn main() {
    routes();
}
