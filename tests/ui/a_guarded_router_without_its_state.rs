use axum::{body::Body, extract::State, routing::get};
use tower_auth::{AuthLayer, AuthService, BuildError, GuardedRouter, policy::anyone};

type App = AuthService<axum::Router, &'static str, Body>;

async fn greeting(State(greeting): State<String>) -> String {
    greeting
}

fn app(auth: &AuthLayer<&'static str, Body>) -> Result<App, BuildError> {
    let routes: GuardedRouter<_, String> = GuardedRouter::new().route("/", anyone(), get(greeting));
    routes.guarded_by(auth)
}

fn main() {
    let _ = app;
}
