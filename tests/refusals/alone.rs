//! Refusals of handlers with no layer outside: safe by themselves.

use std::time::Duration;

use axum::{Router, body::Body, response::IntoResponse, routing::any};
use http::Method;
use tower_auth::{Denied, Hidden, Login, NeedsLogin, Refusal, Remedy, Unavailable};

use crate::{
    stand::{ask, send, text, told},
    wire::{Sent, Server},
};

fn app() -> Router {
    fn refuses<E: IntoResponse + Clone + Send + Sync + 'static>(
        error: E,
    ) -> axum::routing::MethodRouter {
        any(move || async { Err::<(), E>(error) })
    }
    let fresh = NeedsLogin::again(Login::not_older_than(Duration::from_secs(60)));
    let away = Unavailable::new("canary").retry_after(Duration::from_secs(9));
    Router::new()
        .route("/403/1", refuses(Denied::new(Remedy::OtherCredentials)))
        .route(
            "/403/2",
            refuses(Denied::new(Remedy::Nothing).reason("canary")),
        )
        .route("/403/3", refuses(Denied::new(Remedy::scopes(["write"]))))
        .route("/403/4", refuses(NeedsLogin::new()))
        .route("/403/5", refuses(fresh.clone()))
        .route("/403/6", refuses(Refusal::from(fresh)))
        .route("/403/7", refuses(Refusal::unless(false).unwrap_err()))
        .route("/404/1", refuses(Hidden::new().reason("canary")))
        .route("/404/2", refuses(Refusal::from(Hidden::new())))
        .route("/503/1", refuses(away.clone()))
        .route("/503/2", refuses(Refusal::from(away)))
        .route("/503/3", refuses(Refusal::from(std::fmt::Error)))
}

const PATHS: [&str; 12] = [
    "/403/1", "/403/2", "/403/3", "/403/4", "/403/5", "/403/6", "/403/7", "/404/1", "/404/2",
    "/503/1", "/503/2", "/503/3",
];

// 9110-11.6.1-a
#[test]
fn without_a_layer_outside_a_refusal_is_never_a_bare_401() {
    for path in PATHS {
        for caller in ["stranger", "alice", "mallory"] {
            for method in [Method::GET, Method::HEAD, Method::POST] {
                let request = ask(caller, path).method(method);
                let response = send(&app(), request.body(Body::empty()).unwrap());
                let status: u16 = path[1..4].parse().unwrap();
                assert_eq!(told(&response), (status, vec![]), "{path}");
                assert_eq!(text(response), "");
            }
        }
    }
}

#[test]
fn open_without_a_layer_outside_what_is_hidden_has_a_length_that_a_missing_path_lacks() {
    let length = "content-length: 0\r\n";
    let server = Server::new(app());
    for method in ["GET", "HEAD", "POST"] {
        let hidden = Sent::new(method, "/404/1");
        let missing = hidden.to("/404/9");
        let [one, two] = [server.http1(&hidden), server.http2(&hidden)];
        assert_eq!(two.replace(length, ""), server.http2(&missing), "{method}");
        // Over HTTP/1.1, hyper writes it for both, but for HEAD.
        let same = method != "HEAD";
        assert_eq!(one == server.http1(&missing), same, "{method}");
        assert!(one.contains(length) && two.contains(length), "{method}");
    }
}

#[test]
fn a_response_made_of_a_refusal_keeps_the_body_it_was_given() {
    let response = Refusal::from(NeedsLogin::new()).response("log in first");
    assert_eq!(response.status(), 403);
    assert!(response.headers().is_empty());
    assert_eq!(*response.body(), "log in first");
}
