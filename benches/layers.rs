//! What a layer costs, beside the bare service and tower-http's, in one run.
//!
//! `cargo bench` prints times: compare the rows of one run. Instructions repeat from run to run:
//! `valgrind --tool=callgrind target/release/deps/layers-* --bench pass::bearer_fixed
//! --sample-count 1 --sample-size 20000`, less the same with half the size.

#![expect(
    deprecated,
    reason = "the peer that is measured calls itself too basic"
)]
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::wildcard_imports,
    reason = "a benchmark that cannot run says where"
)]

#[cfg(feature = "axum")]
#[path = "layers/axum.rs"]
mod axum;

use std::{
    convert::Infallible,
    future::{Future, Ready, ready},
    hint::black_box,
    pin::pin,
    task::{Context, Poll, Waker},
};

use bytes::Bytes;
use divan::Bencher;
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use tower::{Layer, Service, service_fn};
use tower_auth::{
    AuthLayer, AuthLayerBuilder, Decision, Denied, Hidden, NoBody, Refusal, Remedy, Unavailable,
    policy::{self, Access, HasRole, Policy, View, role},
    reply::{Content, Refused},
    scheme::{ApiKey, Basic, Bearer, SchemeExt as _, Schemes},
    verify::TokenTable,
};
use tower_http::validate_request::ValidateRequestHeaderLayer;

fn main() {
    divan::main();
}

const BEARER: (&str, &str) = ("authorization", "Bearer 7fb1e2c3d4a5968778695a4b3c2d1e0f");
const TOKEN: &str = "7fb1e2c3d4a5968778695a4b3c2d1e0f";
const BASIC: (&str, &str) = ("authorization", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
const KEY: (&str, &str) = ("x-api-key", TOKEN);
const WRONG: (&str, &str) = ("authorization", "Bearer 00000000000000000000000000000000");

type Body = Full<Bytes>;

#[derive(Clone, Copy)]
struct User(&'static str);

impl HasRole for User {
    fn has_role(&self, role: &str) -> bool {
        self.0 == role
    }
}

const ADMIN: User = User("admin");

fn bare() -> impl Service<
    Request<()>,
    Response = Response<Body>,
    Error = Infallible,
    Future = Ready<Result<Response<Body>, Infallible>>,
> + Clone {
    service_fn(|request: Request<()>| {
        black_box(&request);
        ready(Ok(Response::new(Body::default())))
    })
}

fn layered(schemes: impl Into<Schemes<User>>, policy: impl Policy<User>) -> impl Calls {
    let layer = AuthLayer::<User, Body>::new(schemes, policy)
        .build()
        .expect("a layer");
    layer.layer(bare())
}

/// A layer that lets everybody in.
fn open() -> AuthLayerBuilder<User, Body> {
    AuthLayer::new(Bearer::fixed("api", TOKEN, ADMIN), policy::anyone())
}

fn with_a_page(layer: AuthLayerBuilder<User, Body>) -> AuthLayer<User, Body> {
    let page = service_fn(async |request| Ok(page(&request)));
    layer.not_found(page).build().expect("a layer")
}

fn page(_: &Request<NoBody>) -> Response<Body> {
    let mut response = Response::new(Body::default());
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

trait Calls: Service<Request<()>, Response = Response<Body>, Error = Infallible> {}
impl<S: Service<Request<()>, Response = Response<Body>, Error = Infallible>> Calls for S {}

/// One request, as a connection makes it, from ready to response.
fn call(
    bencher: Bencher<'_, '_>,
    mut service: impl Calls,
    field: Option<(&'static str, &'static str)>,
) {
    let request = || {
        let mut builder = Request::get("/docs/1")
            .header("host", "localhost")
            .header("user-agent", "bench")
            .header("accept", "*/*");
        if let Some((name, value)) = field {
            builder = builder.header(name, value);
        }
        builder.body(()).expect("a request")
    };
    let mut context = Context::from_waker(Waker::noop());
    bencher.with_inputs(request).bench_local_values(|request| {
        assert!(service.poll_ready(&mut context).is_ready());
        let response = pin!(service.call(request)).poll(&mut context);
        let Poll::Ready(Ok(response)) = response else {
            panic!("a response was due at once")
        };
        response
    });
}

/// A request that passes.
mod pass {
    use super::*;

    #[divan::bench]
    fn bare_service(bencher: Bencher<'_, '_>) {
        call(bencher, bare(), Some(BEARER));
    }

    #[divan::bench]
    fn tower_http_bearer(bencher: Bencher<'_, '_>) {
        call(
            bencher,
            ValidateRequestHeaderLayer::bearer(TOKEN).layer(bare()),
            Some(BEARER),
        );
    }

    #[divan::bench]
    fn tower_http_basic(bencher: Bencher<'_, '_>) {
        let layer = ValidateRequestHeaderLayer::basic("Aladdin", "open sesame");
        call(bencher, layer.layer(bare()), Some(BASIC));
    }

    #[divan::bench]
    fn bearer_fixed(bencher: Bencher<'_, '_>) {
        call(
            bencher,
            layered(Bearer::fixed("api", TOKEN, ADMIN), policy::authenticated()),
            Some(BEARER),
        );
    }

    #[divan::bench]
    fn bearer_table(bencher: Bencher<'_, '_>) {
        let tokens = TokenTable::new();
        for n in 0..1_000 {
            tokens.insert(format!("token-{n:028}").as_str(), ADMIN);
        }
        tokens.insert(TOKEN, ADMIN);
        call(
            bencher,
            layered(Bearer::new("api", tokens), policy::authenticated()),
            Some(BEARER),
        );
    }

    #[divan::bench]
    fn basic_fixed(bencher: Bencher<'_, '_>) {
        let basic = Basic::fixed("api", "Aladdin", "open sesame", ADMIN);
        call(
            bencher,
            layered(basic, policy::authenticated()),
            Some(BASIC),
        );
    }

    #[divan::bench]
    fn api_key_fixed(bencher: Bencher<'_, '_>) {
        let key = ApiKey::fixed("x-api-key", "api", TOKEN, ADMIN);
        call(bencher, layered(key, policy::authenticated()), Some(KEY));
    }

    #[divan::bench]
    fn three_schemes_and_a_role(bencher: Bencher<'_, '_>) {
        let schemes = Bearer::fixed("api", TOKEN, ADMIN)
            .or(Basic::fixed("api", "Aladdin", "open sesame", ADMIN))
            .or(ApiKey::fixed("x-api-key", "api", TOKEN, ADMIN));
        call(bencher, layered(schemes, role("admin")), Some(BEARER));
    }

    #[divan::bench]
    fn async_policy(bencher: Bencher<'_, '_>) {
        let policy = policy::check_with((), async |(), _: View<User>| Decision::Allow);
        call(
            bencher,
            layered(Bearer::fixed("api", TOKEN, ADMIN), policy),
            Some(BEARER),
        );
    }

    #[divan::bench]
    fn anonymous(bencher: Bencher<'_, '_>) {
        call(
            bencher,
            layered(Bearer::fixed("api", TOKEN, ADMIN), policy::anyone()),
            None,
        );
    }
}

/// A request that passes more than a layer: what may be needed later is kept, and what comes further in is
/// asked, too.
mod pass_more {
    use super::*;

    #[divan::bench]
    fn bearer_fixed(bencher: Bencher<'_, '_>) {
        call(
            bencher,
            open().build().expect("a layer").layer(bare()),
            Some(BEARER),
        );
    }

    #[divan::bench]
    fn with_a_not_found_service(bencher: Bencher<'_, '_>) {
        call(bencher, with_a_page(open()).layer(bare()), Some(BEARER));
    }

    #[divan::bench]
    fn with_a_not_found_service_by_target(bencher: Bencher<'_, '_>) {
        let page = service_fn(async |request| Ok(page(&request)));
        let layer = open().not_found_by_target(page).build().expect("a layer");
        call(bencher, layer.layer(bare()), Some(BEARER));
    }

    #[divan::bench]
    fn with_a_reply_that_needs_the_head(bencher: Bencher<'_, '_>) {
        let reply = |_: &Refused<'_>| Content::text("no");
        let layer = open().reply(reply).build().expect("a layer");
        call(bencher, layer.layer(bare()), Some(BEARER));
    }

    #[divan::bench]
    fn a_rule_further_in(bencher: Bencher<'_, '_>) {
        let layer = open().build().expect("a layer");
        let inside = layer.require(role("admin")).expect("a layer");
        call(bencher, layer.layer(inside.layer(bare())), Some(BEARER));
    }

    #[divan::bench]
    fn the_same_layer_twice(bencher: Bencher<'_, '_>) {
        let layer = open().build().expect("a layer");
        call(bencher, layer.layer(layer.layer(bare())), Some(BEARER));
    }

    #[divan::bench]
    fn a_policy_that_hands_on(bencher: Bencher<'_, '_>) {
        let hands_on = |access: &Access<'_, User>| {
            access.hand_on(7_u64);
            true
        };
        call(
            bencher,
            layered(Bearer::fixed("api", TOKEN, ADMIN), hands_on),
            Some(BEARER),
        );
    }

    #[divan::bench]
    fn a_thing_that_is_loaded_at_once(bencher: Bencher<'_, '_>) {
        let load = policy::load((), async |(), _: View<User>| {
            Ok::<_, Unavailable>(Some(7_u64))
        });
        call(
            bencher,
            layered(
                Bearer::fixed("api", TOKEN, ADMIN),
                load.then(policy::authenticated()),
            ),
            Some(BEARER),
        );
    }
}

/// A request that a service refuses by itself.
mod refuse_further_in {
    use super::*;

    fn refuses(refusal: impl Into<Refusal>) -> impl Calls + Clone {
        let refusal: Refusal = refusal.into();
        service_fn(move |request: Request<()>| {
            black_box(&request);
            ready(Ok::<_, Infallible>(
                refusal.clone().response(Body::default()),
            ))
        })
    }

    #[divan::bench]
    fn bare_service(bencher: Bencher<'_, '_>) {
        call(bencher, refuses(Denied::new(Remedy::Nothing)), Some(BEARER));
    }

    /// By the layer's own policy, for comparison.
    #[divan::bench]
    fn denied_by_the_layer(bencher: Bencher<'_, '_>) {
        let closed = |_: &Access<'_, User>| Denied::new(Remedy::Nothing);
        call(
            bencher,
            layered(Bearer::fixed("api", TOKEN, ADMIN), closed),
            Some(BEARER),
        );
    }

    #[divan::bench]
    fn denied(bencher: Bencher<'_, '_>) {
        let layer = open().build().expect("a layer");
        let denied = refuses(Denied::new(Remedy::Nothing));
        call(bencher, layer.layer(denied), Some(BEARER));
    }

    #[divan::bench]
    fn hidden(bencher: Bencher<'_, '_>) {
        let layer = open().build().expect("a layer");
        call(bencher, layer.layer(refuses(Hidden::new())), Some(BEARER));
    }

    #[divan::bench]
    fn hidden_with_a_not_found_service(bencher: Bencher<'_, '_>) {
        let layer = with_a_page(open());
        call(bencher, layer.layer(refuses(Hidden::new())), Some(BEARER));
    }
}

/// A request that is refused.
mod refuse {
    use super::*;

    #[divan::bench]
    fn tower_http_bearer(bencher: Bencher<'_, '_>) {
        call(
            bencher,
            ValidateRequestHeaderLayer::bearer(TOKEN).layer(bare()),
            Some(WRONG),
        );
    }

    #[divan::bench]
    fn bearer_fixed(bencher: Bencher<'_, '_>) {
        call(
            bencher,
            layered(Bearer::fixed("api", TOKEN, ADMIN), policy::authenticated()),
            Some(WRONG),
        );
    }

    #[divan::bench]
    fn concealed(bencher: Bencher<'_, '_>) {
        let hidden = |_: &Access<'_, User>| Decision::hide();
        call(
            bencher,
            layered(Bearer::fixed("api", TOKEN, ADMIN), hidden),
            Some(BEARER),
        );
    }
}
