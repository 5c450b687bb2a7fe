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

use std::{
    convert::Infallible,
    future::{Future, Ready, ready},
    hint::black_box,
    pin::pin,
    task::{Context, Poll, Waker},
};

use bytes::Bytes;
use divan::Bencher;
use http::{Request, Response};
use http_body_util::Full;
use tower::{Layer, Service, service_fn};
use tower_auth::{
    AuthLayer, Decision,
    policy::{self, HasRole, Policy, View, role},
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
        let hidden = |_: &policy::Access<'_, User>| Decision::hide();
        call(
            bencher,
            layered(Bearer::fixed("api", TOKEN, ADMIN), hidden),
            Some(BEARER),
        );
    }
}
