use tower_auth::GuardedRouter;

fn routes(routes: GuardedRouter<&'static str>) -> GuardedRouter<&'static str> {
    routes.fallback(async || "open to whom?")
}

fn main() {
    routes(GuardedRouter::new());
}
