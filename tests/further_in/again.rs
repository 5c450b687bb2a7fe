//! Requests that are made of another, with its extensions or without, and sent through the layer again.

use std::{
    convert::Infallible,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use http::{Request, Response, StatusCode, header::WWW_AUTHENTICATE};
use tower::{Layer as _, ServiceExt as _, service_fn, util::BoxCloneSyncService};
use tower_auth::{
    AuthLayer, Caller, Decision, NoBody, Outcome, Secret,
    policy::{self, Access},
    scheme::Bearer,
};

use crate::stand::{Name, Reply, alice, record, send, stranger};

type App = BoxCloneSyncService<Request<()>, Response<Reply>, Infallible>;

/// An application that sends a request of its own through itself: to `/inner`, with these credentials.
/// And how often it verified anybody.
fn batch(copies_extensions: bool, credentials: Option<&'static str>) -> (App, Arc<AtomicUsize>) {
    let verified = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&verified);
    let bearer = Bearer::new("api", move |token: Secret<'_>| {
        counter.fetch_add(1, Relaxed);
        match token.expose() {
            "s3cret" => Some("alice"),
            "other" => Some("bob"),
            _ => None,
        }
    });
    let hidden = |access: &Access<'_, Name>| match access.raw_head().uri.path() {
        "/hidden" => Decision::hide(),
        "/inner" if access.principal().is_none() => Decision::deny(),
        _ => Decision::Allow,
    };
    let not_found = service_fn(async |_: Request<NoBody>| {
        let page = Response::builder().status(404).header("x-page", "ours");
        Ok(page.body(Reply::default()).expect("a page"))
    });
    let layer: AuthLayer<Name, Reply> = AuthLayer::new(bearer, hidden)
        .not_found(not_found)
        .build()
        .expect("a layer");
    let whole = Arc::<OnceLock<App>>::default();
    let itself = Arc::clone(&whole);
    let inner = service_fn(move |request: Request<()>| {
        let itself = Arc::clone(&itself);
        async move {
            let path = match request.uri().path() {
                "/batch" => "/inner",
                "/batch/hidden" => "/hidden",
                _ => {
                    let name = Caller::<Name>::of(request.extensions()).copied();
                    let mut response = Response::new(Reply::default());
                    response.extensions_mut().insert(name);
                    return Ok(response);
                }
            };
            let mut second = Request::get(path);
            if let Some(credentials) = credentials {
                second = second.header("authorization", credentials);
            }
            let mut second = second.body(()).expect("a request");
            if copies_extensions {
                *second.extensions_mut() = request.extensions().clone();
            }
            let app = itself.get().expect("an application").clone();
            app.oneshot(second).await
        }
    });
    let app = BoxCloneSyncService::new(layer.layer(inner));
    assert!(whole.set(app.clone()).is_ok());
    (app, verified)
}

fn name(response: &Response<Reply>) -> Option<Name> {
    *response.extensions().get::<Option<Name>>().expect("a name")
}

fn to(path: &'static str, mut request: Request<()>) -> Request<()> {
    *request.uri_mut() = path.parse().expect("a path");
    request
}

#[test]
fn a_copy_of_the_extensions_is_believed_no_more_than_its_own_credentials() {
    for (credentials, expected, verifications) in [
        (None, None, 1),
        (Some("Bearer other"), Some("bob"), 2),
        (Some("Bearer wrong"), None, 2),
        (Some("Basic !"), None, 1),
    ] {
        let (app, verified) = batch(true, credentials);
        let response = send(app, to("/batch", alice()));
        if expected.is_some() {
            assert_eq!(name(&response), expected);
        } else {
            assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
        }
        assert_eq!(verified.load(Relaxed), verifications, "{credentials:?}");
    }
}

#[test]
fn credentials_that_are_exchanged_between_are_verified() {
    for (exchanged, expected) in [
        (None, Some("alice")),
        (Some("Bearer other"), Some("bob")),
        (Some("Bearer wrong"), None),
    ] {
        let bearer = Bearer::new("api", |token: Secret<'_>| match token.expose() {
            "s3cret" => Some("alice"),
            "other" => Some("bob"),
            _ => None,
        });
        let layer: AuthLayer<Name, Reply> = AuthLayer::new(bearer, policy::authenticated())
            .build()
            .expect("a layer");
        let inner = service_fn(async |request: Request<()>| {
            let name = Caller::<Name>::of(request.extensions()).copied();
            let mut response = Response::new(Reply::default());
            response.extensions_mut().insert(name);
            Ok::<_, Infallible>(response)
        });
        let inner = layer.layer(inner);
        let exchange = service_fn(move |mut request: Request<()>| {
            if let Some(token) = exchanged {
                let token = http::HeaderValue::from_static(token);
                request.headers_mut().insert("authorization", token);
            }
            inner.clone().oneshot(request)
        });
        let response = send(layer.layer(exchange), alice());
        match expected {
            Some(_) => assert_eq!(name(&response), expected),
            None => assert_eq!(response.status(), StatusCode::UNAUTHORIZED),
        }
    }
}

#[test]
fn without_the_extensions_a_request_is_a_request_of_its_own() {
    for (credentials, status, verifications) in [
        (None, StatusCode::UNAUTHORIZED, 1),
        (Some("Bearer wrong"), StatusCode::UNAUTHORIZED, 2),
        (Some("Bearer other"), StatusCode::OK, 2),
    ] {
        let (app, verified) = batch(false, credentials);
        let response = send(app, to("/batch", alice()));
        assert_eq!(response.status(), status);
        assert_eq!(verified.load(Relaxed), verifications);
        if status == StatusCode::OK {
            assert_eq!(name(&response), Some("bob"));
        }
    }
}

#[test]
fn a_copy_that_is_refused_is_answered_where_it_is_refused_as_any_other_request_is() {
    let (app, _) = batch(true, None);
    for (path, request) in [("/batch/hidden", alice()), ("/batch", stranger())] {
        let copy = send(app.clone(), to(path, request.clone()));
        let direct = path.strip_prefix("/batch").filter(|path| !path.is_empty());
        let direct = send(app.clone(), to(direct.unwrap_or("/inner"), request));
        assert_eq!(copy.status(), direct.status());
        assert_eq!(copy.headers(), direct.headers());
        assert_eq!(record(&copy).outcome(), record(&direct).outcome());
        assert_eq!(copy.extensions().len(), direct.extensions().len());
        match record(&copy).outcome() {
            Outcome::Conceal => assert_eq!(copy.headers()["x-page"], "ours"),
            _ => assert_eq!(copy.headers()[WWW_AUTHENTICATE], r#"Bearer realm="api""#),
        }
    }
}
