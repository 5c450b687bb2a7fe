use axum::Router;
use tower_auth::GuardedRouter;

fn merged(routes: GuardedRouter<&'static str>) -> Router {
    Router::new().merge(routes)
}

fn main() {
    let _ = merged;
}
