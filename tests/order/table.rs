//! Which layer, where, and which request: who answers, and what.

use std::collections::HashMap;

use axum::{Router, body::Body, extract::Request, http::header::WWW_AUTHENTICATE};
use serde::Deserialize;

use crate::{
    corpus,
    layers::{Seen, marks, wrap},
    stand::{Outcome, Place, Told, app, ask},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    /// What every layer is shown.
    request: Vec<Sent>,
    /// What single layers are shown.
    special: Vec<Sent>,
    row: Vec<Standing>,
    case: Vec<Case>,
}

/// A request, and how the application answers it with no other layer anywhere.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    name: String,
    send: String,
    #[serde(default)]
    fields: Vec<(String, String)>,
    /// So many bytes, and whether their number is told.
    #[serde(default)]
    body: usize,
    #[serde(default)]
    chunked: bool,
    ends: String,
}

/// A layer in its place, with nothing special about the requests.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Standing {
    name: String,
    layer: String,
    place: Place,
    /// The requests that the layer sees, as often as it does.
    sees: Vec<String>,
    /// The requests whose answers show that the layer had them.
    #[serde(default)]
    marks: Vec<String>,
    /// Whether what is hidden answers as what is missing does.
    conceals: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    layer: String,
    place: Place,
    request: String,
    /// What is sent before, and answered or not.
    before: Option<String>,
    /// A status and who made it, or `waits`, or `panics`.
    ends: String,
    sees: bool,
}

corpus::rows!(Standing, Case => "D-layer-order");

fn load() -> Table {
    const FILE: &str = "layer_order.toml";
    corpus::load(FILE, |table: &Table| table.case.as_slice());
    corpus::load(FILE, |table: &Table| table.row.as_slice())
}

impl Table {
    fn requests(&self) -> HashMap<&str, &Sent> {
        let all = self.request.iter().chain(&self.special);
        all.map(|sent| (sent.name.as_str(), sent)).collect()
    }
}

impl Sent {
    fn request(&self) -> Request {
        let (method, path) = self.send.split_once(' ').expect("a method and a path");
        let request = Request::builder().method(method).uri(path);
        let request = request.header("accept-encoding", "gzip");
        let request = request.header("host", "localhost");
        let request = self.fields.iter().fold(request, |request, (name, value)| {
            request.header(name, value)
        });
        let body = "a".repeat(self.body);
        let request = if self.chunked {
            request.header("transfer-encoding", "chunked")
        } else {
            request.header("content-length", body.len())
        };
        request.body(Body::from(body)).expect("a request")
    }
}

/// The layer in its place, around what it can stand around.
fn standing(layer: &str, place: Place) -> (Router, Seen) {
    let seen = Seen::default();
    let app = app(place, &|inner| wrap(layer, inner, &seen));
    (app, seen)
}

async fn answer(app: Router, request: Request) -> Told {
    match ask(app, request).await {
        Outcome::Told(told) => *told,
        other => panic!("no answer: {other:?}"),
    }
}

/// How a request ends, in the words of the table.
async fn ends(app: Router, request: Request) -> String {
    match ask(app, request).await {
        Outcome::Told(told) => format!("{} by {}", told.status.as_u16(), told.by),
        Outcome::Waits => String::from("waits"),
        Outcome::Panics => String::from("panics"),
    }
}

fn bare() -> Router {
    app(Place::Outside, &|inner| inner)
}

#[tokio::test(start_paused = true)]
async fn with_no_other_layer_each_request_ends_as_the_table_says() {
    let table = load();
    for sent in table.request.iter().chain(&table.special) {
        assert_eq!(
            ends(bare(), sent.request()).await,
            sent.ends,
            "{}",
            sent.name
        );
    }
}

/// D-layer-order
#[tokio::test(start_paused = true)]
async fn no_layer_in_any_place_changes_who_is_refused_or_how() {
    let table = load();
    for row in &table.row {
        for sent in &table.request {
            let (app, _) = standing(&row.layer, row.place);
            let told = answer(app, sent.request()).await;
            let alone = answer(bare(), sent.request()).await;
            let heard = |told: &Told| {
                let challenges = told.fields.get_all(WWW_AUTHENTICATE).iter().cloned();
                let challenges: Vec<_> = challenges.collect();
                (told.status, told.by, challenges)
            };
            assert_eq!(heard(&told), heard(&alone), "{}: {}", row.name, sent.name);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn each_layer_sees_what_the_table_says_and_leaves_its_marks_there() {
    let table = load();
    for row in &table.row {
        let mut shown = Vec::new();
        let mut marked = Vec::new();
        for sent in &table.request {
            let (app, seen) = standing(&row.layer, row.place);
            let told = answer(app, sent.request()).await;
            shown.extend(vec![&sent.name; seen.taken()]);
            if marks(&row.layer, &told) {
                marked.push(&sent.name);
            }
        }
        assert_eq!(
            shown,
            row.sees.iter().collect::<Vec<_>>(),
            "{} sees",
            row.name
        );
        let expected: Vec<_> = row.marks.iter().collect();
        assert_eq!(marked, expected, "{} marks", row.name);
    }
}

/// D-hidden-identical
#[tokio::test(start_paused = true)]
async fn what_is_hidden_answers_as_what_is_missing_where_the_table_says_so() {
    let table = load();
    let requests = table.requests();
    for row in &table.row {
        let mut told = Vec::new();
        for name in ["hidden", "missing"] {
            let (app, _) = standing(&row.layer, row.place);
            let answer = answer(app, requests[name].request()).await;
            told.push(answer.seen_from_outside());
        }
        assert_eq!(told[0] == told[1], row.conceals, "{}: {told:?}", row.name);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_special_about_a_layer_ends_as_the_table_says() {
    let table = load();
    let requests = table.requests();
    let mut wrong = Vec::new();
    for case in &table.case {
        let (app, seen) = standing(&case.layer, case.place);
        let mut before = None;
        if let Some(name) = &case.before {
            let sent = ask(app.clone(), requests[name.as_str()].request());
            let mut sent = Box::pin(sent);
            // Whether it is answered or not: what it holds, it holds.
            let a_moment = std::time::Duration::from_millis(1);
            drop(tokio::time::timeout(a_moment, &mut sent).await);
            before = Some(sent);
        }
        seen.taken();
        let ends = ends(app, requests[case.request.as_str()].request()).await;
        let shown = seen.taken() > 0;
        if (ends.as_str(), shown) != (&case.ends, case.sees) {
            wrong.push(format!("{}: {ends}, sees: {shown}", case.name));
        }
        drop(before);
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// D-layer-order
#[test]
fn every_layer_stands_outside_and_inside_in_the_table() {
    let table = load();
    for row in &table.row {
        for place in [Place::Outside, Place::Inside] {
            let there = |other: &Standing| other.layer == row.layer && other.place == place;
            assert!(table.row.iter().any(there), "{}: {place:?}", row.layer);
        }
    }
}
