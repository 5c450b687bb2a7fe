//! Whatever the inner service answers, the options add what they say, and nothing else changes.

use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, Version};
use http_body_util::BodyExt as _;
use proptest::{
    collection::vec,
    prelude::*,
    sample::select,
    test_runner::{RngSeed, TestRunner},
};
use tower_auth::{AuthLayer, Mode, audit::Record, policy::anyone};

use crate::{
    model::assert_follows,
    stand::{self, Asks, Options, builder, open, passed},
    support::{inner::Body, user::User, waiting::block_on},
};

const MODES: [Mode; 2] = [Mode::Origin, Mode::Proxy];

/// Every layer, with its options.
fn layers() -> Vec<(Options, Mode, AuthLayer<User, Body>)> {
    let each = |mode| Options::all().map(move |options| (options, mode));
    let built = |(options, mode): (Options, _)| {
        let layer = options.on(builder(mode, anyone())).build().unwrap();
        (options, mode, layer)
    };
    MODES.into_iter().flat_map(each).map(built).collect()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Token(u64);

/// The fields that the options are about among others, with all that may stand in them.
fn fields() -> impl Strategy<Value = HeaderMap> {
    let field = |name: &'static str, values: &[&'static str]| {
        (
            Just(name.to_owned()),
            select(values.to_vec()).prop_map(str::to_owned),
        )
    };
    let one = prop_oneof![
        field(
            "cache-control",
            &["max-age=60", "private", "public", "no-cache", ""]
        ),
        field(
            "vary",
            &[
                "accept",
                "Cookie",
                "accept, COOKIE",
                "X-Api-Key,",
                "*",
                "accept ,*",
                ""
            ]
        ),
        field(
            "www-authenticate",
            &["Negotiate", r#"Bearer realm="mine""#, ""]
        ),
        field("proxy-authenticate", &["Negotiate", ""]),
        field("expires", &["0"]),
        field("set-cookie", &["a=b", "c=d"]),
        ("[a-z][a-z-]{0,6}", "[ -~]{0,8}"),
    ];
    vec((one, any::<bool>()), 0..10).prop_map(|fields| {
        let mut map = HeaderMap::new();
        for ((name, value), sensitive) in fields {
            let mut value = HeaderValue::try_from(value).unwrap();
            value.set_sensitive(sensitive);
            map.append(HeaderName::try_from(name).unwrap(), value);
        }
        map
    })
}

fn response() -> impl Strategy<Value = Response<Body>> {
    let status = prop_oneof![
        select(vec![200_u16, 304, 401, 403, 404, 407, 410, 429, 503]),
        100_u16..=999,
    ];
    let version = select(vec![Version::HTTP_10, Version::HTTP_11, Version::HTTP_2]);
    (status, version, fields(), "[ -~]{0,12}").prop_map(|(status, version, fields, body)| {
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = StatusCode::from_u16(status).unwrap();
        *response.version_mut() = version;
        *response.headers_mut() = fields;
        response.extensions_mut().insert(Token(7));
        response
    })
}

// 9111-3.5-a, 9111-3-a
#[test]
fn the_options_add_what_they_say_to_any_response_and_change_nothing_else() {
    let layers = layers();
    let config = ProptestConfig {
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(7),
        ..ProptestConfig::default()
    };
    let result = TestRunner::new(config).run(&response(), |given| {
        for (options, mode, layer) in &layers {
            for asks in Asks::all(*mode).iter().copied() {
                let got = passed(layer, asks.request(*mode, "/"), given.clone());
                assert_follows(*options, *mode, asks, &given, &got);
                assert_eq!(got.extensions().get::<Token>(), Some(&Token(7)));
                assert_eq!(
                    got.extensions().len(),
                    1,
                    "{:?}",
                    got.extensions().get::<Record>()
                );
                let [got, given] = [got, given.clone()]
                    .map(|response| block_on(response.into_body().collect()).unwrap().to_bytes());
                assert_eq!(got, given);
            }
        }
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
}

/// Law 7, for the plain layer: the same response, told in full.
#[test]
fn a_layer_without_options_adds_nothing_to_any_response() {
    let plain = open(|builder| builder);
    for status in [200, 401, 404, 407] {
        for asks in Asks::all(Mode::Origin) {
            let given = stand::response(status, &[("vary", "accept")]);
            let got = passed(&plain, asks.request(Mode::Origin, "/"), given.clone());
            assert_eq!(format!("{got:?}"), format!("{given:?}"), "{asks:?}");
        }
    }
}
