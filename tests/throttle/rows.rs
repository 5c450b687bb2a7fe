//! The corpus: tries one after another, and how each ends, whatever counts them.

use std::time::Duration;

use serde::Deserialize;
use tokio_test::block_on;
use tower_auth::{
    policy::{self, BoxPolicy, PolicyExt as _},
    throttle::Throttle,
};

use crate::{
    corpus,
    stand::{self, Hand, Stand, basic, client, limit, with},
    store::Store,
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
    #[serde(default)]
    also: Vec<String>,
    /// Tries of a client at an account, of a client, and at an account. The defaults where none
    /// is named.
    here: Option<u32>,
    client: Option<u32>,
    account: Option<u32>,
    #[serde(default = "members")]
    policy: String,
    tries: Vec<Try>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Try {
    /// Seconds that pass before it.
    #[serde(default)]
    wait: f64,
    #[serde(default = "once")]
    times: u32,
    #[serde(default = "somebody")]
    from: String,
    forwarded: Option<String>,
    user: Option<String>,
    #[serde(default = "wrong")]
    password: String,
    authorization: Option<String>,
    status: u16,
    retry_after: Option<u64>,
}

fn members() -> String {
    "members".into()
}

fn once() -> u32 {
    1
}

fn somebody() -> String {
    "192.0.2.1".into()
}

fn wrong() -> String {
    "wrong".into()
}

corpus::rows!(Row; also);

impl Row {
    fn throttle(&self, mut throttle: Throttle) -> Throttle {
        if let Some(tries) = self.here {
            throttle = throttle.per_account_and_client(limit(tries));
        }
        if let Some(tries) = self.client {
            throttle = throttle.per_client(limit(tries));
        }
        if let Some(tries) = self.account {
            throttle = throttle.per_account(limit(tries));
        }
        throttle
    }

    fn policy(&self) -> BoxPolicy<&'static str> {
        match self.policy.as_str() {
            "anyone" => policy::anyone().boxed(),
            "members" => policy::authenticated().boxed(),
            "hidden" => policy::authenticated().hide().boxed(),
            other => panic!("`{other}` is no policy of this table"),
        }
    }

    fn holds(&self, hand: &Hand, throttle: Throttle) {
        let stand = Stand::new(hand, self.throttle(throttle), self.policy());
        for (place, each) in self.tries.iter().enumerate() {
            hand.pass(Duration::from_secs_f64(each.wait));
            for time in 0..each.times {
                let context = format!("{}, try {place}, time {time}", self.name);
                let asked = stand.asked();
                let answer = block_on(stand.send(each.request()));
                assert_eq!(answer.status, each.status, "{context}");
                let retry_after = each.retry_after.map(|seconds| seconds.to_string());
                assert_eq!(
                    answer.field("retry-after"),
                    retry_after.as_deref(),
                    "{context}"
                );
                if answer.status == 429 {
                    assert!(retry_after.is_some(), "{context}: say after how long");
                    assert_eq!(answer.field("www-authenticate"), None, "{context}");
                    assert_eq!(
                        stand.asked(),
                        asked,
                        "{context}: nothing was to be verified"
                    );
                }
            }
        }
    }
}

impl Try {
    fn request(&self) -> http::Request<()> {
        let mut request = match (&self.user, &self.authorization) {
            (Some(user), None) => basic(&self.from, user, &self.password),
            (None, Some(authorization)) => with(stand::from(&self.from), authorization),
            (None, None) => stand::from(&self.from),
            (Some(_), Some(_)) => panic!("a user or a field"),
        };
        if let Some(forwarded) = &self.forwarded {
            let value = forwarded.parse().unwrap();
            request.headers_mut().append("forwarded", value);
        }
        request
    }
}

fn table() -> Table {
    corpus::load("throttle.toml", |table: &Table| &table.row)
}

#[test]
fn tries_end_as_the_corpus_says() {
    for row in table().row {
        let hand = Hand::new();
        row.holds(&hand, stand::throttle(&hand));
    }
}

#[test]
fn tries_that_a_shared_store_counts_end_likewise() {
    for row in table().row {
        let hand = Hand::new();
        row.holds(&hand, Throttle::new(client()).counters(Store::new(&hand)));
    }
}
