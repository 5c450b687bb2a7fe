//! What cannot be built, and what is said of it.

use std::panic;

use axum::{
    Router,
    routing::{MethodFilter, any, get, head, on, post},
};
use tower_auth::{
    AuthLayer, BuildError, GuardedRouter, Misconfiguration,
    policy::{self, PolicyExt as _, anyone, role, scope},
};

use crate::stand::{ask, auth, bearer, guarded, open, refused};

type Guarded = GuardedRouter<crate::stand::User>;

fn page(path: &str) -> Guarded {
    GuardedRouter::new().route(path, anyone(), get(open))
}

fn new() -> Guarded {
    GuardedRouter::new()
}

/// What is said, which is one line.
fn said(error: &BuildError) -> String {
    let said = error.to_string();
    assert!(!said.chars().any(char::is_control), "{said:?}");
    said
}

#[test]
fn a_path_that_axum_does_not_take_is_told_with_what_to_write() {
    let rows = [
        (
            page("page"),
            "`page`: `page` does not begin with `/`: write `/page`",
        ),
        (page(""), "``: `` does not begin with `/`: write `/`"),
        (page("/:id"), "`/:id`: `:id` is no parameter: write `{id}`"),
        (page("/a/:"), "`/a/:`: `:` is no parameter: write `{id}`"),
        (
            page("/*rest"),
            "`/*rest`: `*rest` is no parameter: write `{*rest}`",
        ),
        (page("/a/*"), "`/a/*`: `*` is no parameter: write `{*rest}`"),
        (
            page("a\n\u{7f}"),
            "`a\\n\\u{7f}`: `a\\n\\u{7f}` does not begin with `/`: write `/a\\n\\u{7f}`",
        ),
        (
            new().nest("/api/{version}", page("page")),
            "`/api/{version}page`: `page` does not begin with `/`: write `/page`",
        ),
        (
            new().nest("/a", new().nest("/b", page("/:id"))),
            "`/a/b/:id`: `:id` is no parameter: write `{id}`",
        ),
    ];
    for (router, expected) in rows {
        assert_eq!(said(&refused(router)), expected);
    }
}

#[test]
fn a_prefix_that_axum_does_not_take_is_told_with_what_to_write() {
    let merge = "nothing can be nested at the root: `merge` the router instead";
    let route = "nothing can be nested at the root: \
                 route `/` and `/{*rest}` to it with `any_service`";
    let service = |prefix: &str| new().nest_service(prefix, anyone(), Router::new());
    let wildcard = "a prefix has no wildcard: it stands at the end of the path of a route";
    let rows = [
        (new().nest("/", page("/")), format!("`/`: {merge}")),
        (new().nest("", page("/")), format!("``: {merge}")),
        (
            new().nest("/a", new().nest("/", page("/"))),
            format!("`/a`: {merge}"),
        ),
        (service("/"), format!("`/`: {route}")),
        (service(""), format!("``: {route}")),
        (
            new().nest("api", page("/")),
            "`api`: `api` does not begin with `/`: write `/api`".into(),
        ),
        (
            service("api"),
            "`api`: `api` does not begin with `/`: write `/api`".into(),
        ),
        (
            new().nest("/:id", page("/")),
            "`/:id`: `:id` is no parameter: write `{id}`".into(),
        ),
        (
            new().nest("/{*rest}", page("/")),
            format!("`/{{*rest}}`: {wildcard}"),
        ),
        (service("/{*rest}/a"), format!("`/{{*rest}}/a`: {wildcard}")),
    ];
    for (router, expected) in rows {
        let error = refused(router);
        // What is nested in it is named by it, and is no problem by itself.
        assert_eq!(said(&error), expected);
    }
}

#[test]
fn methods_that_two_routes_of_one_path_answer_are_told_with_the_path() {
    let fallbacks = "two routes answer all other methods: keep one fallback, or one `any`";
    let with = |methods| new().route("/a/b", anyone(), methods);
    let nested = |methods| new().nest("/a", new().route("/b", anyone(), methods));
    let trace = MethodFilter::TRACE.or(MethodFilter::POST);
    let rows = [
        (
            get(open),
            get(open),
            "two routes answer `GET`: keep one of them",
        ),
        (
            post(open).get(open),
            get(open),
            "two routes answer `GET`: keep one of them",
        ),
        (
            on(trace, open),
            post(open),
            "two routes answer `POST`: keep one of them",
        ),
        (
            get(open).fallback(open),
            post(open).fallback(open),
            fallbacks,
        ),
        (any(open), any(open), fallbacks),
        (any(open), get(open).fallback(open), fallbacks),
    ];
    for (one, two, expected) in rows {
        for router in [
            with(one.clone()).merge(with(two.clone())),
            with(one.clone()).merge(nested(two.clone())),
            nested(one.clone()).merge(nested(two.clone())),
        ] {
            assert_eq!(said(&refused(router)), format!("`/a/b`: {expected}"));
        }
    }
    // GET and HEAD may have a handler each.
    let _ = guarded(with(get(open)).merge(with(head(open))));
}

/// The ways in which only axum knows that it does not take a route.
fn only_axum_knows() -> [(Guarded, &'static str); 10] {
    let service = |prefix: &str| new().nest_service(prefix, anyone(), Router::new());
    [
        (
            page("/{a}").merge(page("/{b}")),
            "`/{b}`: axum takes no such route: Invalid route \"/{b}\": \
             Insertion failed due to conflict with previously registered route: /{a}",
        ),
        (
            new().nest("/api", page("/{a}").merge(page("/{b}"))),
            "`/api/{b}`: axum takes no such route: Invalid route \"/{b}\": \
             Insertion failed due to conflict with previously registered route: /{a}",
        ),
        (
            new().nest("/api", page("/{a}")).merge(page("/api/{b}")),
            "`/api/{b}`: axum takes no such route: Invalid route \"/api/{b}\": \
             Insertion failed due to conflict with previously registered route: /api/{a}",
        ),
        (
            page("/a\n/{a}").merge(page("/a\n/{b}")),
            "`/a\\n/{b}`: axum takes no such route: Invalid route \"/a\\n/{b}\": \
             Insertion failed due to conflict with previously registered route: /a\\n/{a}",
        ),
        (
            service("/api").merge(page("/api")),
            "`/api`: axum takes no such route: Invalid route \"/api\": \
             Insertion failed due to conflict with previously registered route: /api",
        ),
        (
            service("/api").merge(service("/api")),
            "`/api`: axum takes no such route: \
             Invalid route \"/api/{*__private__axum_nest_tail_param}\": Insertion failed due to \
             conflict with previously registered route: /api/{*__private__axum_nest_tail_param}",
        ),
        (
            page("/{"),
            "`/{`: axum takes no such route: Invalid route \"/{\": \
             Parameters must be registered with a valid name",
        ),
        (
            page("/{}"),
            "`/{}`: axum takes no such route: Invalid route \"/{}\": \
             Parameters must be registered with a valid name",
        ),
        (
            page("/{*rest}/more"),
            "`/{*rest}/more`: axum takes no such route: Invalid route \"/{*rest}/more\": \
             Catch-all parameters are only allowed at the end of a route",
        ),
        (
            new()
                .route("/a", anyone(), get(open).head(open))
                .route("/a", anyone(), head(open)),
            "`/a`: axum takes no such route: Overlapping method route. \
             Cannot merge two method routes that both define `HEAD`",
        ),
    ]
}

#[test]
fn what_only_axum_knows_is_told_in_its_words_and_nothing_panics_out() {
    for (router, expected) in only_axum_knows() {
        let error = panic::catch_unwind(panic::AssertUnwindSafe(|| refused(router)));
        let error = error.expect("no panic");
        assert_eq!(said(&error), expected);
        let [Misconfiguration::Route { problem, .. }] = error.problems() else {
            panic!("{error:?}")
        };
        assert!(
            matches!(**problem, Misconfiguration::NotTaken(_)),
            "{error:?}"
        );
    }
}

#[test]
fn a_policy_that_is_misconfigured_is_named_with_its_whole_path() {
    let documents = new()
        .route("/", role(""), get(open))
        .route("/{id}", anyone(), get(open))
        .route("/{id}", scope("two words").hide(), post(open))
        .nest_service("/files", role(""), Router::new());
    let router = new().nest("/api/{version}", new().nest("/documents", documents));
    let error = refused(router);
    let role = "`` is no role: name the one that is needed";
    let expected = [
        format!("`/api/{{version}}/documents`: {role}"),
        "`/api/{version}/documents/{id}`: `two words` is no scope: \
         use printable characters without spaces, quotes and backslashes"
            .into(),
        format!("`/api/{{version}}/documents/files`: {role}"),
    ];
    let told: Vec<_> = error.problems().iter().map(ToString::to_string).collect();
    assert_eq!(told, expected);
    assert_eq!(said(&error), expected.join("; "));
}

#[test]
fn all_problems_are_told_at_once() {
    let router = page("page")
        .route("/:id", role(""), get(open))
        .route("/a", anyone(), get(open))
        .nest("/", page("/fine"))
        .nest("/a", new().route("/", scope(""), get(open).post(open)))
        .merge(page("/{b}").merge(page("/{c}")));
    let error = refused(router);
    let told: Vec<_> = error.problems().iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "`page`: `page` does not begin with `/`: write `/page`",
            "`/:id`: `:id` is no parameter: write `{id}`",
            "`/:id`: `` is no role: name the one that is needed",
            "`/`: nothing can be nested at the root: `merge` the router instead",
            "`/a`: two routes answer `GET`: keep one of them",
            "`/a`: `` is no scope: name the one that is needed",
        ]
    );
}

#[tokio::test]
async fn a_path_that_only_looks_wrong_is_taken() {
    let paths = ["/a:b", "/a*b", "//", "/a/", "/{{a}}", "/%7e", "/ä"];
    for path in paths {
        let _ = guarded(page(path));
    }
    let app = guarded(page("/a:b").nest("/v1:beta/", page("/c")));
    assert_eq!(ask(&app, None, "GET", "/a:b").await.status, 200);
    assert_eq!(ask(&app, None, "GET", "/v1:beta/c").await.status, 200);
}

#[test]
fn a_layer_that_builds_is_left_as_it_is_by_a_router_that_does_not() {
    let auth = auth();
    for _ in 0..2 {
        assert!(page("page").guarded_by(&auth).is_err());
        assert!(page("/page").guarded_by(&auth).is_ok());
    }
    let layer = AuthLayer::<_, axum::body::Body>::new(bearer(), policy::anyone());
    assert!(new().guarded_by(&layer.build().expect("a layer")).is_ok());
}
