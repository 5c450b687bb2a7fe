//! The requests of the corpus, sent over HTTP/1.1 and HTTP/2.

use axum::body::Body;
use tower::{Layer as _, util::MapResponse};
use tower_auth::AuthLayer;

use crate::{
    stand::{Counts, Setup},
    support::inner::Inner,
    table::Table,
    wire::{Sent, Server, status},
};

/// A service for nobody, whose layer is told to pass preflights or is not.
fn closed(told: bool) -> (Server, Counts, Inner) {
    let (counts, inner) = (Counts::new(), Inner::default());
    let builder = counts.layer(Setup::Origin, "hidden");
    let builder = if told {
        builder.pass_preflights()
    } else {
        builder
    };
    let layer: AuthLayer<_, Body> = builder.build().unwrap();
    let answers = MapResponse::new(inner.clone(), |response: http::Response<_>| {
        response.map(Body::new)
    });
    (Server::new(layer.layer(answers)), counts, inner)
}

#[test]
fn preflights_pass_as_the_corpus_says() {
    let (server, counts, inner) = closed(true);
    let (untold, _, never) = closed(false);
    for row in Table::load().row {
        let mut sent = Sent::new(
            row.method.leak(),
            row.target.as_deref().unwrap_or("/docs/1"),
        );
        for (name, value) in &row.fields {
            sent = sent.with(name, value);
        }
        // `*` is no path that could stand behind a host.
        let wires: &[fn(&Server, &Sent) -> String] = match &*sent.path {
            "*" => &[Server::http1],
            _ => &[Server::http1, Server::http2],
        };
        for wire in wires {
            let before = (counts.asked()[1], inner.calls());
            let expected = if row.is_preflight { 200 } else { 404 };
            assert_eq!(status(&wire(&server, &sent)), expected, "{}", row.name);
            let asked = counts.asked()[1] - before.0;
            let called = inner.calls() - before.1;
            let expected = if row.is_preflight { (0, 1) } else { (1, 0) };
            assert_eq!((asked, called), expected, "{}", row.name);
            assert_eq!(status(&wire(&untold, &sent)), 404, "{}", row.name);
        }
    }
    assert_eq!(never.calls(), 0);
}
