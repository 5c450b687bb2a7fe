use axum::Router;
use tower_auth::GuardedRouter;

fn merged(routes: GuardedRouter<&'static str>) -> GuardedRouter<&'static str> {
    routes.merge(Router::new())
}

fn nested(routes: GuardedRouter<&'static str>) -> GuardedRouter<&'static str> {
    routes.nest("/api", Router::new())
}

fn nested_as_a_service(routes: GuardedRouter<&'static str>) -> GuardedRouter<&'static str> {
    routes.nest_service("/api", Router::new())
}

fn main() {
    let _ = (merged, nested, nested_as_a_service);
}
