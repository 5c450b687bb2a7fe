//! When keys are fetched again, by the fields of the answer (RFC 9111).

use std::time::Duration;

use serde::Deserialize;
use tokio::time::sleep;

use crate::{
    corpus::{self, Row as _},
    desk::{Desk, Says},
    keys::set,
    stand::{HOUR, MINUTE, SECOND, at_once},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    row: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    requirement: String,
    fields: Vec<(String, String)>,
    again: u64,
}

corpus::rows!(Row);

#[tokio::test(start_paused = true)]
async fn keys_are_fetched_again_when_the_fields_say_so() {
    let table = corpus::load("jwks_cache.toml", |table: &Table| &table.row);
    for row in &table.row {
        let desk = Desk::with("");
        desk.says(Says::Keys(row.fields.clone(), set(&["a"])));
        let keys = desk.keys();
        keys.ready().await.unwrap();
        let again = Duration::from_secs(row.again);
        let next = keys.status().next_fetch().unwrap();
        // Up to a tenth earlier.
        let range = again * 9 / 10..=again;
        assert!(range.contains(&next), "{}: {next:?}", row.name());

        sleep(again * 9 / 10 - SECOND / 100).await;
        assert_eq!(desk.fetches(), 1, "{}", row.name());
        sleep(again / 10 + SECOND / 50).await;
        assert_eq!(desk.fetches(), 2, "{}", row.name());
        assert!(at_once(&keys, "a").is_ok());
    }
}

#[tokio::test(start_paused = true)]
async fn as_often_as_the_fields_say_and_no_more_often() {
    for (fields, least, most) in [
        (vec![], 144, 160),
        (
            vec![(String::from("cache-control"), String::from("max-age=86400"))],
            24,
            27,
        ),
        (
            vec![(String::from("cache-control"), String::from("no-store"))],
            1_440,
            1_600,
        ),
    ] {
        let desk = Desk::with("");
        desk.says(Says::Keys(fields, set(&["a"])));
        let keys = desk.keys();
        keys.ready().await.unwrap();
        sleep(24 * HOUR).await;
        // In a day, the first one not counted.
        let fetches = desk.fetches() - 1;
        assert!((least..=most).contains(&fetches), "{fetches}");
        assert_eq!(keys.status().fetches() as usize, fetches + 1);
    }
}

#[tokio::test(start_paused = true)]
async fn processes_that_start_together_drift_apart() {
    let desk = Desk::with(&set(&["a"]));
    let fleet: Vec<_> = (0..50).map(|_| desk.keys()).collect();
    for keys in &fleet {
        keys.ready().await.unwrap();
    }
    let next: std::collections::BTreeSet<_> = fleet
        .iter()
        .filter_map(|keys| keys.status().next_fetch())
        .collect();
    assert!(next.len() > 40, "{next:?}");
    let (first, last) = (next.first().unwrap(), next.last().unwrap());
    assert!(*last - *first > MINUTE / 2, "{first:?} {last:?}");
}
