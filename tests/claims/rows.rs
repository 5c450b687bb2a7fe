//! What standard claims make of claims, row by row.

use serde::Deserialize;
use serde_json::Value;
use tower_auth::{
    jwt::StandardClaims,
    policy::{HasLogin, HasRole, HasScope},
};

use crate::{
    corpus::{self, load},
    stand::{at, verifier, verify},
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
    seen: Option<String>,
    #[serde(default = "access_token")]
    typ: String,
    #[serde(default)]
    roles_at: Vec<Vec<String>>,
    claims: String,
    subject: Option<String>,
    client_id: Option<String>,
    token_id: Option<String>,
    session: Option<String>,
    #[serde(default)]
    scopes: Vec<String>,
    #[serde(default)]
    roles: Vec<String>,
    login_time: Option<u64>,
    acr: Option<String>,
    #[serde(default)]
    amr: Vec<String>,
    refused: Option<String>,
}

fn access_token() -> String {
    "at+jwt".to_owned()
}

corpus::rows!(Row; also);

impl Row {
    fn check(&self, claims: &StandardClaims, written: &Value) {
        let name = &self.name;
        let texts = |texts: &[String]| texts.to_vec();
        assert_eq!(claims.issuer(), written["iss"], "{name}");
        assert_eq!(Some(claims.subject()), self.subject.as_deref(), "{name}");
        assert_eq!(claims.client_id(), self.client_id.as_deref(), "{name}");
        assert_eq!(claims.token_id(), self.token_id.as_deref(), "{name}");
        assert_eq!(claims.session(), self.session.as_deref(), "{name}");
        assert_eq!(
            claims.expires(),
            at(written["exp"].as_u64().unwrap()),
            "{name}"
        );
        let issued_at = written["iat"].as_u64().map(at);
        assert_eq!(claims.issued_at(), issued_at, "{name}");
        assert_eq!(claims.login_time(), self.login_time.map(at), "{name}");
        assert_eq!(claims.acr(), self.acr.as_deref(), "{name}");
        let amr: Vec<_> = claims.amr().map(str::to_owned).collect();
        assert_eq!(amr, texts(&self.amr), "{name}");

        let scopes: Vec<_> = claims.scopes().map(str::to_owned).collect();
        assert_eq!(scopes, texts(&self.scopes), "{name}");
        let roles: Vec<_> = claims.roles().map(str::to_owned).collect();
        assert_eq!(roles, texts(&self.roles), "{name}");
        assert!(scopes.iter().all(|scope| claims.has_scope(scope)), "{name}");
        assert!(roles.iter().all(|role| claims.has_role(role)), "{name}");
        // Neither another spelling nor several at once.
        let spelt = scopes.iter().chain(&roles).map(|one| one.to_uppercase());
        let odd = ["", " ", "a b", "admin", "*", "openid profile"].map(str::to_owned);
        for other in spelt.chain(odd) {
            assert_eq!(
                claims.has_scope(&other),
                scopes.contains(&other),
                "{name}: {other}"
            );
            assert_eq!(
                claims.has_role(&other),
                roles.contains(&other),
                "{name}: {other}"
            );
        }
        // Any claim can be had as it was written.
        for (claim, value) in written.as_object().unwrap() {
            assert_eq!(
                claims.claim::<Value>(claim).as_ref(),
                Some(value),
                "{name}: {claim}"
            );
        }
    }
}

/// 9068-2.2-a, 9068-2.2.3-a, 9470-6.1-a
#[test]
fn claims_of_every_kind_are_read_as_the_table_says() {
    let table: Table = load("claims.toml", |table: &Table| &table.row);
    for row in &table.row {
        let written: Value = serde_json::from_str(&row.claims).unwrap();
        let mut verifier = verifier::<StandardClaims>(&row.typ, &written);
        for path in &row.roles_at {
            verifier = verifier.roles_at(path.clone());
        }
        match (verify(&verifier, &row.typ, &row.claims), &row.refused) {
            (Ok(claims), None) => row.check(&claims, &written),
            (Err(fault), Some(refused)) => assert_eq!(fault.as_str(), refused, "{}", row.name),
            (Ok(_), Some(_)) => panic!("{}: taken", row.name),
            (Err(fault), None) => panic!("{}: {}", row.name, fault.as_str()),
        }
    }
    let seen = table.row.iter().filter_map(|row| row.seen.as_deref());
    assert!(seen.clone().all(|seen| seen.starts_with("https://")));
    assert!(seen.count() > 15);
}
