use axum::body::Body;
use tower_auth::{AuthLayer, GuardedRouter};

type Auth = AuthLayer<&'static str, Body>;

fn layer(routes: GuardedRouter<&'static str>, auth: Auth) -> GuardedRouter<&'static str> {
    routes.layer(auth)
}

fn route_layer(routes: GuardedRouter<&'static str>, auth: Auth) -> GuardedRouter<&'static str> {
    routes.route_layer(auth)
}

fn main() {
    let _ = (layer, route_layer);
}
