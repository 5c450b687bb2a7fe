//! Which requests are preflights: each method with each origin and each method that is asked for.

use http::{Method, Request, header};
use tower_auth::{AuthLayer, audit::Record};

use crate::{
    stand::{Counts, Setup, answer},
    support::{inner::Body, user::User, waiting::block_on},
    table::{Ends, Table},
};

const CREDENTIALS: [Option<&str>; 3] = [
    None,
    Some("Counted canary-true"),
    Some("Counted canary-stale"),
];

impl Ends {
    fn statuses(&self) -> [u16; 3] {
        [self.none, self.good, self.bad]
    }
}

/// The requests of the table, and whether they are preflights.
fn requests(table: &Table) -> impl Iterator<Item = (Request<()>, bool)> {
    table.methods.iter().flat_map(move |method| {
        table.origins.iter().flat_map(move |origin| {
            table.asked.iter().map(move |asked| {
                let mut request = Request::new(());
                *request.method_mut() = Method::from_bytes(method.text.as_bytes()).unwrap();
                origin.add_to(request.headers_mut(), &header::ORIGIN);
                let name = header::ACCESS_CONTROL_REQUEST_METHOD;
                asked.add_to(request.headers_mut(), &name);
                (request, method.fits && origin.fits && asked.fits)
            })
        })
    })
}

/// Sends a request with each of the credentials.
async fn check(
    (layer, counts): &(AuthLayer<User, Body>, Counts),
    ends: &Ends,
    request: &Request<()>,
    passes: bool,
) {
    for (credentials, status) in CREDENTIALS.iter().zip(ends.statuses()) {
        let mut request = request.clone();
        if let Some(credentials) = credentials {
            let credentials = credentials.parse().unwrap();
            request
                .headers_mut()
                .insert(header::AUTHORIZATION, credentials);
        }
        let told = format!("{}, {request:?}, passes: {passes}", ends.policy);
        let before = counts.asked();
        let (response, inner) = answer(layer, request).await;
        let asked = [0, 1].map(|one| counts.asked()[one] - before[one]);
        let record = response.extensions().get::<Record>();

        if passes {
            assert_eq!((response.status().as_u16(), asked), (200, [0, 0]), "{told}");
            assert!(record.is_none(), "{told}");
        } else {
            assert_eq!(
                (response.status().as_u16(), asked),
                (status, [1, 1]),
                "{told}"
            );
            let policy = record.and_then(Record::policy);
            assert_ne!(policy, Some("cors_preflight"), "{told}");
        }
        let called = usize::from(response.status() == 200);
        assert_eq!(inner.calls(), called, "{told}");
        if called > 0 {
            let given = inner.fields();
            let mut given = given.get_all(header::AUTHORIZATION).iter();
            assert!(given.all(http::HeaderValue::is_sensitive), "{told}");
        }
    }
}

// fetch-cors-a, fetch-cors-f, 9110-9.3.7-a
#[test]
fn a_request_passes_unasked_where_it_is_a_preflight_and_the_layer_is_told_and_nowhere_else() {
    let table = Table::load();
    let mut passed = 0;
    for ends in &table.ends {
        let [told, untold] = [true, false].map(|told| {
            let counts = Counts::new();
            let builder = counts.layer(Setup::Origin, &ends.policy);
            let builder = if told {
                builder.pass_preflights()
            } else {
                builder
            };
            (builder.build().unwrap(), counts)
        });
        for (request, is_preflight) in requests(&table) {
            block_on(check(&told, ends, &request, is_preflight));
            block_on(check(&untold, ends, &request, false));
            passed += usize::from(is_preflight);
        }
    }
    // One method, five origins, six methods that are asked for, five policies.
    assert_eq!(passed, 5 * 6 * 5);
}
