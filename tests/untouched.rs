//! What the inner service answers passes bit for bit.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that panics has failed, and says where"
)]

use std::{
    collections::VecDeque,
    convert::Infallible,
    pin::Pin,
    sync::{
        Arc, LazyLock, Mutex,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode, Version,
    header::{CACHE_CONTROL, VARY, WWW_AUTHENTICATE},
};
use http_body::{Body, Frame};
use http_body_util::{BodyExt as _, Full};
use proptest::{collection::vec, prelude::*, test_runner::RngSeed};
use tokio_test::block_on;
use tower::{Layer as _, ServiceExt as _, service_fn};
use tower_auth::{
    AuthLayer, Denied, Hidden, NoBody, Refusal, Remedy, RequireLayer,
    policy::{self, Access, PolicyExt as _, View},
    scheme::{ApiKey, Bearer, SchemeExt as _},
};

type Name = &'static str;

fn alice() -> Request<()> {
    let request = Request::get("/").header("authorization", "Bearer s3cret");
    request.body(()).expect("a request")
}

/// Frames that nobody may take before their time.
#[derive(Clone, Debug, Default)]
struct Frames {
    left: VecDeque<Result<Bytes, HeaderMap>>,
    polled: Arc<AtomicUsize>,
}

impl Body for Frames {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.polled.fetch_add(1, Relaxed);
        Poll::Ready(self.left.pop_front().map(|frame| {
            Ok(match frame {
                Ok(data) => Frame::data(data),
                Err(trailers) => Frame::trailers(trailers),
            })
        }))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Token(u64);

/// A layer of others, and a refusal that is for it alone.
static ELSEWHERE: LazyLock<(AuthLayer<Name, Frames>, Refusal)> = LazyLock::new(|| {
    let layer = AuthLayer::new(
        Bearer::fixed("elsewhere", "s3cret", "bob"),
        policy::anyone(),
    );
    let layer = layer.build_with(|_| Frames::default()).expect("a layer");
    let denies = |_: &Access<'_, Name>| Denied::new(Remedy::OtherCredentials).reason("theirs");
    let overheard = Arc::new(Mutex::new(None));
    let hears = Arc::clone(&overheard);
    let inner =
        service_fn(async |_: Request<()>| Ok::<_, Infallible>(Response::new(Frames::default())));
    let inside = layer.require(denies).expect("a layer").layer(inner);
    let inside = inside.map_response(move |response: Response<Frames>| {
        *hears.lock().expect("no panic") = response.extensions().get().cloned();
        response
    });
    block_on(layer.layer(inside).oneshot(alice())).expect("an answer");
    let refusal = overheard.lock().expect("no panic").take();
    (layer, refusal.expect("a refusal"))
});

fn fields() -> impl Strategy<Value = HeaderMap> {
    let name = prop_oneof![
        Just("www-authenticate".to_owned()),
        Just("set-cookie".to_owned()),
        Just("cache-control".to_owned()),
        Just("vary".to_owned()),
        "[a-z][a-z-]{0,6}",
    ];
    let bytes = vec(prop_oneof![0x20_u8..0x7f, 0x80_u8..], 0..12);
    let lists = ["x-api-key", "accept, X-API-Key", "accept ,x-api-keys", "*"];
    let lists = prop::sample::select(lists.map(Vec::from).to_vec());
    let value = (prop_oneof![2 => bytes, 1 => lists], any::<bool>());
    vec((name, value), 0..10).prop_map(|fields| {
        let mut map = HeaderMap::new();
        for (name, (value, sensitive)) in fields {
            let mut value = HeaderValue::from_bytes(&value).expect("a value");
            value.set_sensitive(sensitive);
            map.append(HeaderName::try_from(name).expect("a name"), value);
        }
        map
    })
}

fn response() -> impl Strategy<Value = Response<Frames>> {
    let status = prop_oneof![
        100_u16..=999,
        prop::sample::select(vec![401, 403, 404, 407, 429, 503])
    ];
    let version = prop::sample::select(vec![Version::HTTP_10, Version::HTTP_11, Version::HTTP_2]);
    let data = vec(any::<u8>(), 0..6).prop_map(|bytes| Ok(Bytes::from(bytes)));
    let frames = (vec(data, 0..4), prop::option::of(fields().prop_map(Err)));
    let parts = (
        status,
        version,
        fields(),
        frames,
        (prop::option::of(any::<u64>()), any::<bool>()),
    );
    parts.prop_map(
        |(status, version, fields, (mut frames, trailers), (token, refuses))| {
            frames.extend(trailers);
            let mut response = Response::new(Frames {
                left: frames.into(),
                polled: Arc::default(),
            });
            *response.status_mut() = StatusCode::from_u16(status).expect("a status");
            *response.version_mut() = version;
            *response.headers_mut() = fields;
            if let Some(token) = token {
                response.extensions_mut().insert(Token(token));
            }
            if refuses {
                let (_, refusal) = &*ELSEWHERE;
                response.extensions_mut().insert(refusal.clone());
            }
            response
        },
    )
}

/// Everything but the body, in order.
fn told<B>(response: &Response<B>) -> String {
    let sensitive: Vec<_> = response
        .headers()
        .values()
        .map(HeaderValue::is_sensitive)
        .collect();
    format!(
        "{} {:?} {:?} {sensitive:?} {:?} {:?} of {}",
        response.status(),
        response.version(),
        response
            .headers()
            .iter()
            .map(|(name, value)| (name, value.as_bytes()))
            .collect::<Vec<_>>(),
        response.extensions().get::<Token>(),
        response.extensions().get::<Refusal>(),
        response.extensions().len(),
    )
}

fn three(layer: &AuthLayer<Name, Frames>) -> [RequireLayer<Name, Frames>; 3] {
    let waiting = policy::check_with((), async |(), _: View<Name>| true);
    let policies = [
        policy::anyone().boxed(),
        waiting.boxed(),
        policy::authenticated().boxed(),
    ];
    policies.map(|policy| layer.require(policy).expect("a layer"))
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(7),
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_response_of_the_inner_service_passes_bit_for_bit(expected in response()) {
        let answer = expected.clone();
        let inner = service_fn(move |_: Request<()>| {
            let answer = answer.clone();
            async { Ok::<_, Infallible>(answer) }
        });
        let bearer = Bearer::fixed("api", "s3cret", "alice");
        let not_found = service_fn(async |_: Request<NoBody>| Ok(Response::new(Frames::default())));
        let layer = AuthLayer::new(bearer, policy::anyone()).not_found(not_found);
        let layer = layer.build_with(|_| Frames::default()).expect("a layer");
        let [a, b, c] = three(&layer);
        // Rules of this layer, and the layer itself again, with a rule between.
        let service = layer.layer(a.layer(layer.layer(b.layer(c.layer(inner)))));
        let passed = block_on(service.oneshot(alice())).expect("an answer");

        prop_assert_eq!(told(&passed), told(&expected));
        prop_assert_eq!(expected.body().polled.load(Relaxed), 0, "the body was touched");
        let [passed, expected] = [passed, expected].map(|response| {
            let collected = block_on(response.into_body().collect()).expect("no error");
            (collected.trailers().cloned(), collected.to_bytes())
        });
        prop_assert_eq!(passed, expected);
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(11),
        ..ProptestConfig::default()
    })]

    #[test]
    fn of_a_response_that_carries_a_refusal_for_this_layer_nothing_passes(
        carrying in response(),
        hides in any::<bool>(),
    ) {
        let refusal = if hides {
            Refusal::from(Hidden::new())
        } else {
            Denied::new(Remedy::OtherCredentials).into()
        };
        let answer = |mut response: Response<Frames>| {
            response.extensions_mut().insert(refusal.clone());
            let inner = service_fn(move |_: Request<()>| {
                let answer = response.clone();
                async { Ok::<_, Infallible>(answer) }
            });
            let bearer = Bearer::fixed("api", "s3cret", "alice");
            let layer = AuthLayer::new(bearer, policy::anyone());
            let layer = layer.build_with(|_| Frames::default()).expect("a layer");
            block_on(layer.layer(inner).oneshot(alice())).expect("an answer")
        };
        let polled = Arc::clone(&carrying.body().polled);
        let answered = answer(carrying);
        prop_assert_eq!(told(&answered), told(&answer(Response::new(Frames::default()))));
        prop_assert!(answered.extensions().get::<Refusal>().is_none());
        prop_assert_eq!(polled.load(Relaxed), 0);
        let collected = block_on(answered.into_body().collect()).expect("no error");
        prop_assert!(collected.trailers().is_none() && collected.to_bytes().is_empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(13),
        ..ProptestConfig::default()
    })]

    #[test]
    fn what_a_layer_is_told_to_add_changes_no_field_but_its_own(expected in response()) {
        let answer = expected.clone();
        let inner = service_fn(move |_: Request<()>| {
            let answer = answer.clone();
            async { Ok::<_, Infallible>(answer) }
        });
        let schemes = Bearer::fixed("api", "s3cret", "alice")
            .or(ApiKey::fixed("x-api-key", "keys", "s3cret", "alice"));
        let layer = AuthLayer::new(schemes, policy::anyone())
            .vary_by_credentials()
            .private_by_default()
            .no_store_on_not_found()
            .complete_challenges();
        let layer = layer.build_with(|_| Frames::default()).expect("a layer");
        let request = Request::get("/").header("x-api-key", "s3cret").body(()).expect("a request");
        let passed = block_on(layer.layer(inner).oneshot(request)).expect("an answer");

        let lines = |response: &Response<Frames>, name: HeaderName| -> Vec<Bytes> {
            let lines = response.headers().get_all(name).iter();
            lines.map(|line| Bytes::copy_from_slice(line.as_bytes())).collect()
        };
        let were = |name| lines(&expected, name);
        let mut varies = were(VARY);
        let names = varies.iter().flat_map(|line| line.split(|byte| *byte == b','));
        let mut names = names.map(|name| name.trim_ascii().to_ascii_lowercase());
        if !names.any(|name| name == b"*" || name == b"x-api-key") {
            varies.push(Bytes::from("x-api-key"));
        }
        prop_assert_eq!(lines(&passed, VARY), varies);
        let caching = match expected.status().as_u16() {
            404 => vec![Bytes::from("no-store")],
            _ if were(CACHE_CONTROL).is_empty() => vec![Bytes::from("private")],
            _ => were(CACHE_CONTROL),
        };
        prop_assert_eq!(lines(&passed, CACHE_CONTROL), caching);
        let asks = if expected.status() == 401 && were(WWW_AUTHENTICATE).is_empty() {
            vec![Bytes::from(r#"Bearer realm="api""#), Bytes::from(r#"ApiKey realm="keys""#)]
        } else {
            were(WWW_AUTHENTICATE)
        };
        prop_assert_eq!(lines(&passed, WWW_AUTHENTICATE), asks);

        let [passed, expected] = [passed, expected].map(|mut response| {
            for name in [VARY, CACHE_CONTROL, WWW_AUTHENTICATE] {
                response.headers_mut().remove(name);
            }
            // What is removed leaves a gap, so the order is another.
            let mut fields: Vec<_> = response.headers().iter().collect();
            fields.sort_by_key(|(name, _)| name.as_str());
            let fields = format!("{fields:?}");
            response.headers_mut().clear();
            format!("{} {fields} {:?}", told(&response), response.body().left)
        });
        prop_assert_eq!(passed, expected);
    }
}

#[test]
fn a_refusal_that_is_another_layers_passes_and_that_layer_answers_it() {
    let (elsewhere, refusal) = &*ELSEWHERE;
    let inner = service_fn(async |_: Request<()>| {
        Ok::<_, Infallible>(refusal.clone().response(Frames::default()))
    });
    let bearer = Bearer::fixed("api", "s3cret", "alice");
    let layer = AuthLayer::new(bearer, policy::anyone());
    let layer = layer.build_with(|_| Frames::default()).expect("a layer");
    for (request, status) in [(alice(), 403), (Request::new(()), 401)] {
        let passed = block_on(layer.layer(inner).oneshot(request.clone())).expect("an answer");
        assert_eq!(passed.status(), 403);
        assert!(passed.headers().is_empty());
        assert_eq!(passed.extensions().len(), 1);

        let service = elsewhere.layer(layer.layer(inner));
        let answered = block_on(service.oneshot(request)).expect("an answer");
        assert_eq!(answered.status(), status);
        let challenge = answered.headers().get("www-authenticate");
        let expected = (status == 401).then_some(r#"Bearer realm="elsewhere""#);
        assert_eq!(
            challenge.map(|value| value.to_str().expect("text")),
            expected
        );
        assert!(answered.extensions().get::<Refusal>().is_none());
    }
}

#[test]
fn a_refusal_of_the_inner_service_passes_without_a_challenge_or_a_word_of_ours() {
    for status in [401_u16, 403, 404, 405, 407, 429, 500, 503] {
        let inner = service_fn(move |_: Request<()>| async move {
            Response::builder()
                .status(status)
                .body(Full::<Bytes>::from("mine"))
        });
        let bearer = Bearer::fixed("api", "s3cret", "alice");
        let layer = AuthLayer::new(bearer, policy::anyone());
        let service = layer.build().expect("a layer").layer(inner);
        let passed = block_on(service.oneshot(Request::new(()))).expect("an answer");
        assert_eq!(passed.status(), status);
        assert!(passed.headers().is_empty());
        assert!(passed.extensions().is_empty());
        let body = block_on(passed.into_body().collect())
            .expect("no error")
            .to_bytes();
        assert_eq!(body, "mine");
    }
}
