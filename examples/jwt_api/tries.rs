//! What there is to try, with tokens that are signed at the start.

use std::{error::Error, time::Duration};

use serde_json::{Value, json};

use crate::issuer::{OwnIssuer, ago};

const NOW: Duration = Duration::ZERO;
const LONG: Duration = Duration::from_secs(2 * 60 * 60);

/// What is printed, for a bank that can be reached at `base`.
pub(crate) fn text(base: &str, issuer: &OwnIssuer) -> Result<String, Box<dyn Error>> {
    let login = |acr: &str, before: Duration| -> Value {
        json!({
            "scope": "rates:read transfers:write",
            "acr": acr,
            "auth_time": ago(before),
        })
    };
    let all = json!({ "scope": "transfers:write", "acr": "mfa", "auth_time": ago(NOW) });
    let tokens = [
        ("{alice}", "alice", login("password", NOW)),
        ("{alice, sure}", "alice", login("mfa", NOW)),
        ("{alice, long ago}", "alice", login("mfa", LONG)),
        ("{bob}", "bob", all),
        ("{tina}", "tina", json!({ "roles": ["teller"] })),
        ("{late}", "alice", json!({ "exp": ago(LONG) })),
        (
            "{elsewhere}",
            "alice",
            json!({ "aud": "https://shop.example.com" }),
        ),
    ];
    let mut text = TRIES.replace("{bank}", base);
    for (name, subject, claims) in tokens {
        let token = issuer.token(subject, claims)?;
        text = text.replace(name, &format!("-H 'Authorization: Bearer {token}'"));
    }
    Ok(text)
}

/// What is sent, one after the other, and the status that comes back.
const TRIES: &str = "The tokens are of this run. They are true for a day, and the logins that they tell of are fresh for an hour.

Who calls? Nobody; Alice; Alice with a token that has ended, and with one for another service; and somebody with a
token that nobody signed:

  401  curl -i {bank}/jwt/me
  200  curl -i {alice} {bank}/jwt/me
  401  curl -i {late} {bank}/jwt/me
  401  curl -i {elsewhere} {bank}/jwt/me
  401  curl -i -H 'Authorization: Bearer eyJhbGciOiJub25lIn0.e30.' {bank}/jwt/me

Scopes: Bob's token lacks the one that it takes, and the answer names it:

  200  curl -i {alice} {bank}/rates
  403  curl -i {bob} {bank}/rates

Roles: nothing that Alice could do makes her a teller:

  401  curl -i {bank}/staff
  403  curl -i {alice} {bank}/staff
  200  curl -i {tina} {bank}/staff

Accounts: 1 is Alice's, 2 is Bob's, and 3 does not exist. Nobody but a teller can tell the last two apart:

  200  curl -i {alice} {bank}/accounts/1
  404  curl -i {alice} {bank}/accounts/2
  404  curl -i {alice} {bank}/accounts/3
  404  curl -i {bank}/accounts/1
  200  curl -i {tina} {bank}/accounts/2
  404  curl -i {tina} {bank}/accounts/3

Money moves for whoever logged in with a second factor, and not long ago. Others are asked to do so again:

  401  curl -i -X POST {alice} {bank}/transfers
  401  curl -i -X POST {alice, long ago} {bank}/transfers
  200  curl -i -X POST {alice, sure} {bank}/transfers
  401  curl -i -X POST {tina} {bank}/transfers

Bob logs out: his token is true no more.

  200  curl -i -X POST {bob} {bank}/transfers
  204  curl -i -X POST {bob} {bank}/logout
  401  curl -i -X POST {bob} {bank}/transfers
";
