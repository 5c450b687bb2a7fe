use tower_auth::GuardedRouter;

fn routes(routes: GuardedRouter<&'static str>) -> GuardedRouter<&'static str> {
    routes.method_not_allowed_fallback(async || "open to whom?")
}

fn main() {
    routes(GuardedRouter::new());
}
