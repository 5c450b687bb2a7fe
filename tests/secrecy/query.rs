//! Tokens in the query: the URI holds them, and nothing of ours repeats them.

use std::{convert::Infallible, fmt::Write as _};

use http::{Request, Response, StatusCode, request::Builder};
use tokio_test::block_on;
use tower::{Layer as _, ServiceExt as _, service_fn};
use tower_auth::{
    AuthLayer, Decision, Denied, Login, NoBody, Remedy, Unavailable,
    policy::{self, Access, BoxPolicy, PolicyExt as _},
    reply::{Plain, Problem},
};

use crate::{
    canary::{Body, Canary, all_of},
    judged::{Judge, Name, bearer},
    log::logged,
};

const PARAMETER: &str = "access_token";
const SECRET: &str = "3p9.fKq~wZ-7rTb_Xc1";
const OTHER: &str = "Zt5-mQe8.Yv2~uHk_Ga6";

/// All bytes written as escapes.
fn escaped(text: &str) -> String {
    text.bytes().fold(String::new(), |mut escaped, byte| {
        let _ = write!(escaped, "%{byte:02x}");
        escaped
    })
}

/// Queries with the secret, or with another.
fn queries() -> Vec<String> {
    let tokens = [SECRET, OTHER].map(|token| [token.to_owned(), escaped(token)]);
    let mut queries = Vec::new();
    for token in tokens.iter().flatten() {
        queries.extend([
            format!("{PARAMETER}={token}"),
            format!("page=1&{PARAMETER}={token}&page=2"),
            format!("{PARAMETER}={token}+{token}"),
            format!("{PARAMETER}={token}%20%zz"),
            format!("{PARAMETER}={token}&{PARAMETER}={token}"),
            format!("{PARAMETER}={}", token.repeat(500)),
        ]);
    }
    queries
}

/// Policies that say nothing of what they are shown.
fn policies() -> Vec<BoxPolicy<Name>> {
    let decisions: [Decision; 6] = [
        Denied::new(Remedy::Nothing).into(),
        Denied::new(Remedy::OtherCredentials).into(),
        Denied::new(Remedy::scopes(["write"])).into(),
        Denied::new(Remedy::login(Login::one_of(["mfa"]))).into(),
        Decision::hide(),
        Unavailable::new("away").into(),
    ];
    let fixed = decisions.into_iter().map(|decision| {
        let policy = move |_: &Access<'_, Name>| decision.clone();
        policy.boxed()
    });
    let known = [policy::anyone().boxed(), policy::authenticated().boxed()];
    known.into_iter().chain(fixed).collect()
}

fn assert_silent(told: &str, query: &str) {
    for token in [SECRET, OTHER] {
        for canary in [
            token.to_owned(),
            escaped(token),
            escaped(token).to_uppercase(),
        ] {
            Canary(canary).assert_not_in(told, query);
        }
    }
}

/// What a request is told, by the layer, or by one further in, and what is logged of it.
fn told(
    judge: Judge,
    inside: bool,
    policy: BoxPolicy<Name>,
    plain: bool,
    request: Builder,
) -> String {
    let inner =
        service_fn(async |_: Request<()>| Ok::<_, Infallible>(Response::new(Body::default())));
    let missing = service_fn(async |_: Request<NoBody>| {
        let mut response = Response::new(Body::from("nothing here"));
        *response.status_mut() = StatusCode::NOT_FOUND;
        Ok::<_, Infallible>(response)
    });
    let bearer = bearer(judge, SECRET).dangerously_in_query(PARAMETER);
    let request = request.body(()).expect("a request");
    let (outer, inner_policy) = if inside {
        (policy::anyone().boxed(), policy)
    } else {
        (policy, policy::anyone().boxed())
    };
    let layer = AuthLayer::new(bearer, outer).not_found(missing);
    let layer = if plain {
        layer.reply(Plain)
    } else {
        layer.reply(Problem::new())
    };
    let ((answer, printed), log) = logged(|| {
        let layer = layer.build().expect("a layer");
        let inside = layer.require(inner_policy).expect("a layer");
        let service = layer.layer(inside.layer(inner));
        let printed = format!("{layer:?} {inside:?} {service:?}");
        let response = block_on(service.oneshot(request)).expect("an answer");
        (all_of(response), printed)
    });
    assert_eq!(log.is_empty(), cfg!(not(feature = "tracing")));
    format!("{answer}\n{printed}\n{log}")
}

#[test]
fn nothing_but_the_uri_holds_a_token_of_the_query() {
    let judges = [
        Judge::Fixed,
        Judge::Table,
        Judge::Closure,
        Judge::Waiting,
        Judge::Outage,
        Judge::Panic,
    ];
    let mut statuses = Vec::new();
    for (place, query) in queries().iter().enumerate() {
        for judge in judges {
            for (number, policy) in policies().into_iter().enumerate() {
                let request = Request::get(format!("/docs?{query}"));
                let (inside, plain) = (number % 2 == place % 2, number % 3 == 0);
                let told = told(judge, inside, policy, plain, request);
                assert_silent(&told, query);
                statuses.push(told.get(..3).unwrap_or_default().to_owned());
            }
        }
    }
    statuses.sort_unstable();
    statuses.dedup();
    assert_eq!(statuses, ["200", "401", "403", "404", "503"]);
}

#[test]
fn two_ways_at_once_show_neither_token() {
    for field in ["authorization", "x-api-key"] {
        let uri = format!("/docs?{PARAMETER}={SECRET}");
        let request = Request::get(uri).header(field, format!("Bearer {OTHER}"));
        let told = told(
            Judge::Fixed,
            false,
            policy::anyone().boxed(),
            false,
            request,
        );
        assert_silent(&told, field);
    }
}

#[test]
fn what_reads_the_uri_can_print_a_token_of_the_query_and_nothing_else_of_the_request_does() {
    let inner = service_fn(async |request: Request<()>| {
        let (head, ()) = request.into_parts();
        Ok::<_, Infallible>(Response::new(Body::from(format!(
            "{:?} {:?}",
            head.headers, head.uri
        ))))
    });
    let bearer = bearer(Judge::Fixed, SECRET).dangerously_in_query(PARAMETER);
    let layer = AuthLayer::new(bearer, policy::authenticated());
    let service = layer.build().expect("a layer").layer(inner);
    let request = Request::get(format!("/docs?{PARAMETER}={SECRET}")).body(());
    let response = block_on(service.oneshot(request.expect("a request"))).expect("an answer");
    assert_eq!(response.status(), StatusCode::OK);
    let told = all_of(response);
    assert_eq!(told.matches(SECRET).count(), 1, "{told}");
}
