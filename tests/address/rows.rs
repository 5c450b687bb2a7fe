//! The corpus, behind a layer.

use std::net::{IpAddr, SocketAddr};

use serde::Deserialize;
use tower_auth::{
    address::{ClientAddress, NoAddress},
    policy::{from_networks, not_from_networks},
};

use crate::{
    corpus,
    service::{answer, fields, head},
};

const EVERYBODY: [&str; 2] = ["0.0.0.0/0", "::/0"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    trusted: Vec<String>,
    row: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    requirement: String,
    #[serde(default)]
    also: Vec<String>,
    reads: Option<Field>,
    peer: Option<IpAddr>,
    trusted: Option<Vec<String>>,
    fields: Vec<(String, String)>,
    client: Client,
}

#[derive(Clone, Copy, Deserialize)]
enum Field {
    Forwarded,
    #[serde(rename = "X-Forwarded-For")]
    XForwardedFor,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Client {
    Known(IpAddr),
    Not(Why),
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Why {
    Unreadable,
    NoPeer,
}

corpus::rows!(Row; also);

#[test]
fn addresses_are_found_as_the_corpus_says() {
    let table = corpus::load("forwarded.toml", |table: &Table| &table.row);
    for row in &table.row {
        let trusted = row.trusted.as_ref().unwrap_or(&table.trusted);
        let client = ClientAddress::extension(SocketAddr::ip);
        let client = match row.reads {
            None => client,
            Some(Field::Forwarded) => client.forwarded(trusted),
            Some(Field::XForwardedFor) => client.x_forwarded_for(trusted),
        };
        let head = head(row.peer, fields(&row.fields));

        let expected = match row.client {
            Client::Known(address) => Ok(address),
            Client::Not(Why::Unreadable) => Err(NoAddress::Unreadable),
            Client::Not(Why::NoPeer) => Err(NoAddress::NoPeer),
        };
        assert_eq!(client.of(&head), expected, "{}", row.name);

        let may = |list: &[&str]| {
            let status = answer(from_networks(client.clone(), list), &head).status();
            status.as_u16()
        };
        let may_not = |list: &[&str]| {
            let status = answer(not_from_networks(client.clone(), list), &head).status();
            status.as_u16()
        };
        let statuses = match expected {
            Ok(address) => {
                let listed = address.to_string();
                assert_eq!(may(&[&listed]), 200, "{}: allowed by name", row.name);
                assert_eq!(may_not(&[&listed]), 403, "{}: denied by name", row.name);
                assert_eq!(may(&["192.0.2.255"]), 403, "{}: not allowed", row.name);
                [200, 200, 403]
            }
            Err(NoAddress::NoPeer) => [503, 503, 503],
            Err(_) => [403, 403, 403],
        };
        let ended = [
            may(&EVERYBODY),
            may_not(&["192.0.2.255"]),
            may_not(&EVERYBODY),
        ];
        assert_eq!(ended, statuses, "{}", row.name);
    }
}
