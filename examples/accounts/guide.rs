//! What to try, printed at the start.

use std::net::SocketAddr;

const ALICE: &str = "-u alice:wonderland";
const BOB: &str = "-u bob:builder";
const CATHY: &str = "-u 'cathy:s3cr3t!'";
const CATHY_POSTS: &str = "-u 'cathy:s3cr3t!' -X POST";
const DORA: &str = "-u dora:explorer";

/// What is sent, one after the other, and what comes back. Of one with `[1-6]`, curl makes six.
const TRIES: [(&str, &str, &str); 13] = [
    ("", "/", "200: anybody may"),
    ("", "/me", "401: who are you?"),
    (ALICE, "/me", "200: she has no roles"),
    (ALICE, "/accounts", "403: she is no admin"),
    (CATHY, "/accounts", "200: she is one"),
    (DORA, "/me", "401: her account is locked"),
    (CATHY_POSTS, "/accounts/dora/unlock", "204: she is unlocked"),
    (DORA, "/me", "200: and let in"),
    (CATHY_POSTS, "/accounts/alice/lock", "204: alice is locked"),
    (ALICE, "/me", "401: from this moment on"),
    (
        CATHY_POSTS,
        "/accounts/reload",
        "200: alice stays locked, dora is again",
    ),
    (
        "-u bob:guess",
        "/me?try=[1-6]",
        "401 401 401 401 401 429: no more, see Retry-After",
    ),
    (BOB, "/me", "429: for ten seconds, right or wrong"),
];

pub(crate) fn print(address: SocketAddr, accounts: usize) {
    println!("{accounts} accounts, served on http://{address}\n");
    for (arguments, path, answer) in TRIES {
        let request = format!("{arguments} 'http://{address}{path}'");
        println!("curl -i {:<78} # {answer}", request.trim_start());
    }
}
