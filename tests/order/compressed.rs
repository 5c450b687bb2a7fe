//! `CompressionLayer` over real connections: outside it hides nothing from nobody, inside it tells.

use axum::{Router, routing::get};
use tower::Layer as _;
use tower_auth::{
    AuthLayer,
    policy::{self, PolicyExt as _},
    scheme::Bearer,
};
use tower_http::compression::CompressionLayer;

use crate::wire::{Sent, Server, status};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Compress {
    Outside,
    Inside,
    InsideAndNotFound,
    Nowhere,
}

fn server(compress: Compress) -> Server {
    let page = Router::new()
        .fallback(async || (axum::http::StatusCode::NOT_FOUND, "nothing here ".repeat(8)));
    let page = match compress {
        Compress::InsideAndNotFound => page.layer(CompressionLayer::new()),
        _ => page,
    };
    let bearer = Bearer::fixed("api", "s3cret", "alice");
    let auth = AuthLayer::new(bearer, policy::anyone()).not_found(page.clone());
    let auth = auth.build().expect("a layer");
    let text = || async { "some text ".repeat(16) };
    let rule = |policy| auth.require(policy).expect("a layer");
    let routes = Router::new()
        .route(
            "/plans",
            get(text).layer(rule(policy::authenticated().hide().boxed())),
        )
        .route(
            "/admin",
            get(text).layer(rule(policy::authenticated().boxed())),
        );
    // The page stands inside of the compression only where it does not bring its own.
    let routes = match compress {
        Compress::Inside => routes.fallback_service(page).layer(CompressionLayer::new()),
        Compress::InsideAndNotFound => routes.layer(CompressionLayer::new()).fallback_service(page),
        Compress::Outside | Compress::Nowhere => routes.fallback_service(page),
    };
    let app = Router::new().fallback_service(auth.layer(routes));
    Server::new(match compress {
        Compress::Outside => app.layer(CompressionLayer::new()),
        _ => app,
    })
}

fn asked(method: &'static str, path: &str) -> Sent {
    Sent::new(method, path).with("accept-encoding", "gzip")
}

/// D-hidden-identical
#[test]
fn compression_outside_or_around_the_page_too_shows_nothing_and_inside_alone_shows_what_is_hidden()
{
    for compress in [
        Compress::Nowhere,
        Compress::Outside,
        Compress::InsideAndNotFound,
        Compress::Inside,
    ] {
        let server = server(compress);
        for method in ["GET", "HEAD", "POST"] {
            // To HEAD there is nothing to compress.
            let tells = compress == Compress::Inside && method != "HEAD";
            for wire in [Server::http1, Server::http2] {
                let hidden = wire(&server, &asked(method, "/plans"));
                let missing = wire(&server, &asked(method, "/plots"));
                assert_eq!(status(&hidden), 404);
                assert_eq!(
                    hidden != missing,
                    tells,
                    "{compress:?} {method}: {hidden} {missing}"
                );
            }
            // `Vary` tells those who cannot read gzip, too.
            let plain = Sent::new(method, "/plans");
            let missing = server.http1(&plain.to("/plots"));
            assert_eq!(
                server.http1(&plain) != missing,
                tells,
                "{compress:?} {method}"
            );
        }
    }
}

#[test]
fn refusals_are_compressed_outside_alone_and_keep_what_they_say() {
    for (compress, encoded) in [
        (Compress::Outside, true),
        (Compress::Inside, false),
        (Compress::InsideAndNotFound, false),
    ] {
        let server = server(compress);
        let told = server.http1(&asked("GET", "/admin"));
        assert_eq!(status(&told), 401);
        assert!(
            told.contains("\r\nwww-authenticate: Bearer realm=\"api\"\r\n"),
            "{told}"
        );
        assert!(told.contains("\r\ncache-control: no-store\r\n"), "{told}");
        let has = told.contains("\r\ncontent-encoding: gzip\r\n");
        assert_eq!(has, encoded, "{compress:?}: {told}");

        let alice = asked("GET", "/admin").with("authorization", "Bearer s3cret");
        let told = server.http1(&alice);
        assert_eq!(status(&told), 200);
        assert!(told.contains("\r\ncontent-encoding: gzip\r\n"), "{told}");
    }
}
