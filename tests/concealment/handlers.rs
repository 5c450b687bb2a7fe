//! What a handler that refuses leaves open, and what it does not.

use axum::{
    Extension, Json, Router,
    body::Body,
    extract::{MatchedPath, Path},
    http::{HeaderMap, HeaderValue, StatusCode, header::SET_COOKIE},
    response::{IntoResponse, Response},
    routing::{MethodRouter, get, put},
};
use tower::{Layer as _, util::MapResponseLayer};
use tower_auth::{
    AuthService, Denied, GuardedRouter, Hidden, NeedsLogin, Refusal, Remedy,
    policy::{self, PolicyExt as _},
    reply::{Content, Refused},
};

use crate::{
    asking::{answer, nothing_here, open, request, statuses, told},
    callers::User,
    rules::{DOCUMENTS, hidden, loaded},
};

async fn refuse() -> Hidden {
    Hidden::new()
}

/// Documents in a plain router, which is turned before the layer stands around it.
fn plain(
    not_found: Router,
    read: MethodRouter,
    turn: impl FnOnce(Router) -> Router,
) -> AuthService<Router, User, Body> {
    let layer = open().not_found(not_found.clone());
    let router = Router::new().route("/docs/{id}", read);
    let layer = layer.build().expect("a layer");
    layer.layer(turn(router.fallback_service(not_found)))
}

/// Documents that anybody may ask for, in a guarded router.
fn guarded(not_found: Router, read: MethodRouter) -> AuthService<Router, User, Body> {
    let layer = open().not_found(not_found).build().expect("a layer");
    let router = GuardedRouter::new().route("/docs/{id}", policy::anyone(), read);
    router.guarded_by(&layer).expect("a router")
}

fn both(not_found: Router, read: MethodRouter) -> [AuthService<Router, User, Body>; 2] {
    [
        plain(not_found.clone(), read.clone(), |router| router),
        guarded(not_found, read),
    ]
}

/// The statuses of a document and of what is missing.
async fn ask(app: &AuthService<Router, User, Body>, method: &str, id: &str) -> [u16; 2] {
    let request = request(method);
    let ask = |path: &str| answer(app, &request, format!("{path}{id}"));
    [ask("/docs/").await, ask("/docz/").await].map(|told| told.0.as_u16())
}

#[tokio::test]
async fn closed_a_not_found_page_is_not_told_which_route_refused_in_its_handler() {
    let route = async |route: Option<MatchedPath>| (StatusCode::NOT_FOUND, format!("{route:?}"));
    for app in both(Router::new().fallback(route), get(refuse)) {
        let [hidden, missing] = told(&app, request("GET"), "").await;
        assert_eq!(hidden, missing);
        assert_eq!(hidden.2, "None");
    }
}

#[tokio::test]
async fn closed_all_else_that_a_handler_says_beside_its_refusal_is_dropped() {
    let verbose = async || {
        let mut fields = HeaderMap::new();
        fields.insert(SET_COOKIE, HeaderValue::from_static("seen=1"));
        let refusal = Extension(Refusal::from(Hidden::new()));
        (StatusCode::GONE, fields, refusal, "it was here")
    };
    let sign = MapResponseLayer::new(|response: Response| ([("x-signed", "yes")], response));
    for app in both(nothing_here(), get(verbose).layer(sign)) {
        for method in ["GET", "HEAD"] {
            let [hidden, missing] = told(&app, request(method), "").await;
            assert_eq!(hidden, missing);
        }
    }
}

#[tokio::test]
async fn closed_a_not_found_page_that_refuses_refuses_everywhere_alike() {
    let refusals: [fn() -> Refusal; 3] = [
        || NeedsLogin::new().into(),
        || Denied::new(Remedy::Nothing).into(),
        || Hidden::new().into(),
    ];
    for refusal in refusals {
        let page = Router::new().fallback(async move || refusal());
        let show = |refused: &Refused<'_>| {
            let head = refused.head();
            let path = head.uri.path().replace("docs", "docz");
            Content::text(format!("{} {path} {:?}", head.method, head.headers))
        };
        let layer = open().not_found(page.clone()).reply(show).build();
        let layer = layer.expect("a layer");
        let router = Router::new().route("/docs/{id}", get(refuse));
        let plain = layer.layer(router.fallback_service(page));
        let router = GuardedRouter::new().route("/docs/{id}", policy::anyone(), get(refuse));
        let guarded = router.guarded_by(&layer).expect("a router");
        for app in [plain, guarded] {
            let mut asked = request("GET");
            let theme = HeaderValue::from_static("dark");
            asked.headers_mut().insert("x-theme", theme);
            let [hidden, missing] = told(&app, asked, "").await;
            assert_eq!(hidden, missing);
            let bare = hidden.0 == StatusCode::NOT_FOUND;
            assert!(
                bare || hidden.2.starts_with("GET /docz/2 {\"x-theme\""),
                "{hidden:?}"
            );
        }
    }
}

#[tokio::test]
async fn open_what_layers_in_between_add_to_requests_is_gone_when_a_handler_refuses() {
    let page = async |theme: Option<Extension<&'static str>>| {
        let theme = theme.map_or("none", |Extension(theme)| theme);
        (StatusCode::NOT_FOUND, theme)
    };
    let app = plain(Router::new().fallback(page), get(refuse), |router| {
        router.layer(Extension("dark"))
    });
    let [(_, _, hidden), (_, _, missing)] = told(&app, request("GET"), "").await;
    assert_eq!([&*hidden, &*missing], ["none", "dark"]);
}

#[tokio::test]
async fn open_a_layer_in_between_that_makes_new_responses_loses_a_refusal() {
    let anew = MapResponseLayer::new(|response: Response| {
        let (head, body) = response.into_parts();
        (head.status, head.headers, body).into_response()
    });
    let inside = get(refuse).layer(anew.clone());
    let around = plain(nothing_here(), get(refuse), |router| router.layer(anew));
    let [plain, guarded] = both(nothing_here(), inside);
    for app in [around, plain, guarded] {
        let [(_, _, hidden), (_, _, missing)] = told(&app, request("GET"), "").await;
        assert_eq!([&*hidden, &*missing], ["", "There is nothing here"]);
    }
}

#[tokio::test]
async fn open_a_handler_leaves_the_methods_that_it_does_not_have_to_the_router() {
    for app in both(nothing_here(), get(refuse)) {
        let told = told(&app, request("POST"), "").await;
        assert_eq!(statuses(&told), [405, 404]);
        assert!(told[0].1.contains(&String::from("allow: \"GET,HEAD\"")));
    }
}

#[tokio::test]
async fn open_extractors_answer_before_a_handler_can_refuse() {
    let numbers = get(async |_: Path<u64>| refuse().await);
    let texts = get(async |_: Path<String>| refuse().await);
    let writing = put(async |_: Json<u64>| refuse().await);
    let asked = [
        ("GET", "not-a-number", numbers, 400),
        ("GET", "%FF", texts, 400),
        ("PUT", "2", writing, 415),
    ];
    for (method, id, handler, expected) in asked {
        for app in both(nothing_here(), handler.clone()) {
            let [hidden, missing] = ask(&app, method, id).await;
            assert_eq!([hidden, missing], [expected, 404], "{method} {id}");
        }
    }
}

#[tokio::test]
async fn closed_a_rule_that_hides_stands_before_extractors() {
    let rules = [hidden().boxed(), loaded(DOCUMENTS)];
    for rule in rules {
        let handlers = get(async |_: Path<u64>| "the document")
            .put(async |_: Path<u64>, _: Json<u64>| "written");
        let layer = open().not_found(nothing_here()).build().expect("a layer");
        let router = GuardedRouter::new().route("/docs/{id}", rule, handlers);
        let app = router.guarded_by(&layer).expect("a router");
        for (method, id) in [
            ("GET", "not-a-number"),
            ("GET", "%FF"),
            ("PUT", "2"),
            ("PUT", "%FF"),
        ] {
            assert_eq!(ask(&app, method, id).await, [404, 404], "{method} {id}");
        }
    }
}

#[tokio::test]
async fn open_a_handler_that_says_404_itself_where_nothing_is_shows_what_it_hides() {
    async fn find(Path(id): Path<u32>) -> Result<&'static str, Response> {
        match id {
            1 => Ok("the document"),
            2 => Err(Hidden::new().into_response()),
            _ => Err(StatusCode::NOT_FOUND.into_response()),
        }
    }
    for app in both(nothing_here(), get(find)) {
        let [hidden, missing] = told(&app, request("GET"), "").await;
        assert_eq!(hidden, missing);
        let nothing = answer(&app, &request("GET"), String::from("/docs/9")).await;
        assert_eq!([&*hidden.2, &*nothing.2], ["There is nothing here", ""]);
    }
}
