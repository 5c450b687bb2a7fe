//! Routers in routers: what handlers see, and whose policy counts.

use axum::{
    Router,
    extract::{
        FromRequestParts, MatchedPath, NestedPath, OriginalUri, Path, RawPathParams, Request, State,
    },
    http::request::Parts,
    routing::{any, get, post},
};
use tower_auth::{GuardedRouter, policy::anyone};

use crate::stand::{ALICE, BOB, LIAR, ROOT, STRANGER, User, ask, guarded, open, rule, runs};

/// What a handler sees of the path.
async fn seen(request: Request) -> String {
    let (mut head, _) = request.into_parts();
    let parameters = extension::<RawPathParams>(&mut head)
        .await
        .map(|parameters| {
            let parameters = parameters.iter();
            parameters
                .map(|(name, value)| format!("{name}={value}"))
                .collect::<Vec<_>>()
        });
    let matched = extension::<MatchedPath>(&mut head).await;
    let matched = matched.as_ref().map(MatchedPath::as_str);
    let nested = extension::<NestedPath>(&mut head).await;
    let nested = nested.as_ref().map(NestedPath::as_str);
    let original = extension::<OriginalUri>(&mut head).await;
    let original = original.map_or_else(String::new, |OriginalUri(uri)| uri.to_string());
    format!(
        "uri {} original {original} matched {matched:?} nested {nested:?} parameters {parameters:?}",
        head.uri
    )
}

async fn extension<T: FromRequestParts<()>>(head: &mut Parts) -> Option<T> {
    T::from_request_parts(head, &()).await.ok()
}

/// Routes and nests that a router has, in whichever kind of router.
#[derive(Clone)]
enum Plan {
    Route(&'static str),
    Nest(&'static str, Vec<Plan>),
    Service(&'static str),
}

/// A service that is a whole router, with a fallback of its own.
fn service() -> Router {
    let pages = Router::new()
        .route("/page", any(seen))
        .route("/{id}/more", any(seen));
    pages.fallback(seen)
}

fn plain(plan: &[Plan]) -> Router {
    plan.iter().fold(Router::new(), |router, part| match part {
        Plan::Route(path) => router.route(path, any(seen)),
        Plan::Nest(prefix, plan) => router.nest(prefix, plain(plan)),
        Plan::Service(prefix) => router.nest_service(prefix, service()),
    })
}

fn with_policies(plan: &[Plan]) -> GuardedRouter<User> {
    plan.iter()
        .fold(GuardedRouter::new(), |router, part| match part {
            Plan::Route(path) => router.route(*path, rule("alice"), any(seen)),
            Plan::Nest(prefix, plan) => router.nest(*prefix, with_policies(plan)),
            Plan::Service(prefix) => router.nest_service(*prefix, rule("alice"), service()),
        })
}

fn plan() -> Vec<Plan> {
    use Plan::{Nest, Route, Service};
    let inner = vec![
        Route("/"),
        Route("/page"),
        Route("/{id}"),
        Route("/{id}/{*rest}"),
    ];
    vec![
        Route("/"),
        Route("/page"),
        Nest("/one", inner.clone()),
        Nest("/one/two", inner.clone()),
        Nest("/deep", vec![Route("/"), Nest("/deeper", inner.clone())]),
        Nest(
            "/slash/",
            vec![Route("/"), Route("/page"), Nest("/more/", inner.clone())],
        ),
        Nest("/of/{tenant}", vec![Route("/"), Nest("/in/{room}", inner)]),
        Nest("/with", vec![Service("/service")]),
        Service("/service"),
        Service("/for/{tenant}"),
    ]
}

const PATHS: [&str; 33] = [
    "/",
    "/page",
    "/page?a=b",
    "/one",
    "/one/",
    "/one/page",
    "/one/7",
    "/one/%37%2f8",
    "/one/7/a/b/",
    "/one/two",
    "/one/two/page",
    "/one/two/7/c",
    "/deep",
    "/deep/",
    "/deep/deeper",
    "/deep/deeper/page",
    "/deep/deeper/7",
    "/deep/deeper/7/d?e",
    "/slash/",
    "/slash/page",
    "/slash/more/",
    "/slash/more/page",
    "/of/acme",
    "/of/acme/in/b%20c",
    "/of/acme/in/b/7/f",
    "/service",
    "/service/",
    "/service/page",
    "/service/7/more",
    "/service/else/where",
    "/with/service/page",
    "/for/acme",
    "/for/acme/7/more",
];

#[tokio::test]
async fn handlers_see_the_path_as_in_a_plain_router() {
    let unguarded = plain(&plan());
    let app = guarded(with_policies(&plan()));
    for path in PATHS {
        for method in ["GET", "POST", "FROBNICATE"] {
            let expected = ask(&unguarded, STRANGER, method, path).await;
            let told = ask(&app, ALICE, method, path).await;
            let found = !matches!(path, "/one/" | "/deep/");
            assert_eq!(expected.status, if found { 200 } else { 404 }, "{path}");
            assert_eq!(told.status, expected.status, "{path}");
            if found {
                assert_eq!(told, expected, "{path}");
                assert!(told.body.starts_with("uri /"), "{}", told.body);
            }
            let [stranger, bob] = if found { [401, 403] } else { [404; 2] };
            for (who, status) in [(STRANGER, stranger), (LIAR, 401), (BOB, bob)] {
                assert_eq!(ask(&app, who, method, path).await.status, status, "{path}");
            }
        }
    }
}

#[tokio::test]
async fn a_nested_handler_sees_a_uri_without_the_prefix_and_knows_the_whole_route() {
    let told = ask(
        &guarded(with_policies(&plan())),
        ALICE,
        "GET",
        "/of/acme/in/b/7/f",
    )
    .await;
    assert_eq!(
        told.body,
        "uri /7/f original /of/acme/in/b/7/f \
         matched Some(\"/of/{tenant}/in/{room}/{id}/{*rest}\") \
         nested Some(\"/of/{tenant}/in/{room}\") \
         parameters Some([\"tenant=acme\", \"room=b\", \"id=7\", \"rest=f\"])"
    );
}

#[tokio::test]
async fn each_route_keeps_its_own_policy_wherever_it_is_nested_or_merged() {
    let leaf = |name: &str| GuardedRouter::new().route("/", rule(name), get(open));
    let router = leaf("alice")
        .nest(
            "/b",
            leaf("bob").nest("/r", leaf("root").nest("/h", leaf("hidden alice"))),
        )
        .merge(GuardedRouter::new().nest("/open", leaf("anyone")));
    let app = guarded(router);
    for (path, statuses) in [
        ("/", [401, 200, 403, 403]),
        ("/b", [401, 403, 200, 403]),
        ("/b/r", [401, 403, 403, 200]),
        ("/b/r/h", [404, 200, 404, 404]),
        ("/open", [200, 200, 200, 200]),
        ("/b/r/nothing", [404, 404, 404, 404]),
    ] {
        for (who, status) in [STRANGER, ALICE, BOB, ROOT].into_iter().zip(statuses) {
            assert_eq!(
                ask(&app, who, "GET", path).await.status,
                status,
                "{who:?} {path}"
            );
        }
    }
    assert_eq!(runs(), 8);
}

#[tokio::test]
async fn all_of_a_nested_service_is_guarded_with_what_it_does_not_have() {
    let service = Router::new()
        .route("/page", get(open))
        .nest(
            "/inner",
            Router::new().route("/page", post(open)).fallback(open),
        )
        .method_not_allowed_fallback(open)
        .fallback(open);
    let app = GuardedRouter::new()
        .nest_service("/files", rule("alice"), service.clone())
        .nest(
            "/in",
            GuardedRouter::new().nest_service("/files", rule("hidden alice"), service),
        );
    let app = guarded(app);
    let paths = [
        "",
        "/",
        "/page",
        "/inner",
        "/inner/page",
        "/inner/nothing",
        "/nothing",
        "//",
        "/%2e%2e/",
    ];
    for method in ["GET", "HEAD", "POST", "OPTIONS", "FROBNICATE"] {
        for path in paths {
            let (plain, hidden) = (format!("/files{path}"), format!("/in/files{path}"));
            for (who, denied) in [(STRANGER, 401), (BOB, 403)] {
                assert_eq!(
                    ask(&app, who, method, &plain).await.status,
                    denied,
                    "{plain}"
                );
                assert_eq!(
                    ask(&app, who, method, &hidden).await.status,
                    404,
                    "{hidden}"
                );
            }
            assert_eq!(runs(), 0, "{method} {path}");
            for path in [plain, hidden] {
                assert_eq!(ask(&app, ALICE, method, &path).await.status, 200, "{path}");
            }
            assert_eq!(runs(), 2, "{method} {path}");
        }
    }
    // What only begins like it is not in it.
    assert_eq!(ask(&app, ALICE, "GET", "/files2").await.status, 404);
}

#[tokio::test]
async fn routers_with_states_of_their_own_stand_side_by_side() {
    async fn number(State(number): State<u32>, Path(id): Path<String>) -> String {
        format!("{number} {id}")
    }
    async fn text(State(text): State<&'static str>) -> &'static str {
        text
    }
    let numbers = || GuardedRouter::new().route("/{id}", rule("alice"), get(number));
    let texts = || GuardedRouter::new().route("/text", rule("bob"), get(text).fallback(text));
    // Given its state early, a router fits beside one of any state.
    let router: GuardedRouter<User, &'static str> = texts()
        .nest("/seven", numbers().with_state(7))
        .nest("/eight", numbers().nest("/deep", numbers()).with_state(8))
        .merge(GuardedRouter::new().nest("/nine", numbers()).with_state(9))
        .nest_service(
            "/service",
            anyone(),
            Router::new().fallback(text).with_state("inner"),
        );
    let app = guarded(router.with_state("outer"));
    for (who, method, path, status, body) in [
        (ALICE, "GET", "/seven/a", 200, "7 a"),
        (ALICE, "GET", "/eight/b", 200, "8 b"),
        (ALICE, "GET", "/eight/deep/c", 200, "8 c"),
        (ALICE, "GET", "/nine/d", 200, "9 d"),
        (BOB, "GET", "/text", 200, "outer"),
        (BOB, "PUT", "/text", 200, "outer"),
        (STRANGER, "GET", "/service/text", 200, "inner"),
        (STRANGER, "GET", "/seven/a", 401, ""),
        (ALICE, "GET", "/text", 403, ""),
        (BOB, "GET", "/eight/deep/c", 403, ""),
    ] {
        let told = ask(&app, who, method, path).await;
        assert_eq!(told.status, status, "{path}");
        if status == 200 {
            assert_eq!(told.body, body, "{path}");
        }
    }
}
