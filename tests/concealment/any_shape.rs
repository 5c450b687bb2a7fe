//! A hundred thousand requests of any shape, each to what is hidden and to what is missing.

use std::{
    collections::{BTreeMap, HashSet},
    hash::{DefaultHasher, Hash as _, Hasher as _},
    thread,
};

use axum::{
    Router,
    body::{Body, Bytes},
    http::{HeaderName, HeaderValue, Request, StatusCode, Version},
};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;
use tower_auth::AuthService;

use crate::{
    apps::App,
    callers::{ADDING, MANNERS, Manner, User},
    dice::Dice,
    rules::RULES,
    shapes::Shape,
    waiting::block_on,
};

type Service = AuthService<Router, User, Body>;

/// All that an answer gives away, in order.
#[derive(Debug, PartialEq)]
struct Told {
    status: StatusCode,
    version: Version,
    fields: Vec<(Option<HeaderName>, HeaderValue)>,
    body: Bytes,
    has_trailers: bool,
}

fn ask(service: &Service, request: Request<Body>, path: &str) -> Told {
    block_on(async {
        let Ok(response) = service.clone().oneshot(request).await;
        let (head, body) = response.into_parts();
        let Ok(body) = body.collect().await else {
            panic!("a body that breaks off");
        };
        let has_trailers = body.trailers().is_some();
        Told {
            status: head.status,
            version: head.version,
            fields: head.headers.into_iter().collect(),
            body: unnamed(body.to_bytes(), path),
            has_trailers,
        }
    })
}

/// An echo is not a difference.
fn unnamed(body: Bytes, path: &str) -> Bytes {
    let text = String::from_utf8_lossy(&body);
    if text.contains(path) {
        text.replace(path, "{path}").into()
    } else {
        body
    }
}

/// Every way to hide, in every nesting, with every not-found page, in these manners, by every rule.
fn apps(manners: [Manner; 4]) -> Vec<App> {
    let mut apps = Vec::new();
    for manner in manners {
        for rule in RULES {
            let all = App::all().into_iter();
            let all = all.map(|app| App {
                manner,
                rule,
                ..app
            });
            apps.extend(all.map(App::that_conceals));
        }
    }
    apps
}

/// What was asked, and how it ended.
#[derive(Default)]
struct Tally {
    asked: usize,
    /// A hash of each.
    shapes: HashSet<u64>,
    statuses: BTreeMap<u16, usize>,
}

fn ask_many(manners: [Manner; 4], requests: usize, mut dice: Dice) -> Tally {
    let apps = apps(manners);
    let mut services: Vec<Option<Service>> = vec![None; apps.len()];
    let mut tally = Tally::default();
    for number in 0..requests {
        let place = dice.place(apps.len());
        let app = apps[place];
        let service = services[place].get_or_insert_with(|| app.service());
        let shape = Shape::of(&mut dice);
        let [hidden, missing] = [shape.hidden, shape.missing]
            .map(|path| ask(service, shape.to(app.prefix(), path), path));
        assert_eq!(hidden, missing, "request {number}: {app:?}, {shape:?}");
        let mut hasher = DefaultHasher::new();
        format!("{shape:?}").hash(&mut hasher);
        tally.shapes.insert(hasher.finish());
        let status = hidden.status.as_u16();
        *tally.statuses.entry(status).or_default() += 1;
        tally.asked += 1;
    }
    assert!(services.iter().all(Option::is_some));
    tally
}

#[test]
fn a_hundred_thousand_requests_tell_nothing_of_a_hidden_document() {
    let [plain, adding] = thread::scope(|scope| {
        let plain = scope.spawn(|| ask_many(MANNERS, 50_000, Dice(9)));
        let adding = scope.spawn(|| ask_many(ADDING, 50_000, Dice(114)));
        [plain, adding].map(|asking| asking.join().expect("nothing differs"))
    });
    assert_eq!(plain.asked + adding.asked, 100_000);
    let different = plain.shapes.union(&adding.shapes).count();
    println!(
        "{different} different: {:?}, {:?}",
        plain.statuses, adding.statuses
    );
    assert!(different > 99_000);
    let statuses = [plain, adding].map(|tally| tally.statuses.into_keys().collect::<Vec<_>>());
    assert_eq!(statuses, [vec![400, 401, 403, 404], vec![401, 403, 404]]);
}
