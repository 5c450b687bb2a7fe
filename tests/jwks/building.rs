//! What cannot be configured, and what is said about it.

use std::time::Duration;

use tower_auth::{
    jwks::{RemoteKeys, RemoteKeysBuilder},
    jwt::Algorithm,
};

use crate::{
    desk::Desk,
    stand::{HOUR, SECOND},
};

const NO_URL: &str = "begin with `https://`, name a host, a port of 1 to 65535 or none, and escape what is no \
     character of a URL";

fn at(url: &str) -> RemoteKeysBuilder {
    RemoteKeys::new(url, Desk::with(""))
}

fn of(issuer: &str) -> RemoteKeysBuilder {
    RemoteKeys::discover(issuer, Desk::with(""))
}

fn refused(url: &str, advice: &str) -> String {
    format!("no keys are fetched from `{url}`: {advice}")
}

fn problem(builder: RemoteKeysBuilder) -> String {
    builder.build().expect_err("a problem").to_string()
}

#[test]
fn keys_are_fetched_over_tls() {
    for url in [
        "https://as.example.net/jwks",
        "https://as.example.net",
        "https://as.example.net:8443/jwks?tenant=1",
        "https://AS.example.net/jwks",
        "https://127.0.0.1/",
        "https://[::1]:8443/",
    ] {
        assert!(at(url).build().is_ok(), "{url}");
    }
    for url in [
        "",
        "as.example.net/jwks",
        "/jwks",
        "https://",
        "https:///jwks",
        "https://:443/jwks",
        "https://as.example.net/a b",
        "https://as.example.net/%",
        "https://as.example.net\\jwks",
        "HTTPS://as.example.net/jwks",
        "https://as.example.net:/jwks",
        "https://as.example.net:0/jwks",
        "https://as.example.net:65536/jwks",
        "https://as.example.net:https/jwks",
        "https://[::1/jwks",
    ] {
        assert_eq!(
            problem(at(url)),
            refused(&url.replace('\\', "\\\\"), NO_URL)
        );
    }
    let said = problem(at("ftp://as.example.net/jwks"));
    assert_eq!(
        said,
        refused("ftp://as.example.net/jwks", "begin with `https://`")
    );
    let said = problem(at("https://as.example.net/jwks#keys"));
    assert_eq!(
        said,
        refused("https://as.example.net/jwks", "leave out the fragment")
    );
    let advice =
        "begin with `https://`, or call `allow_http_on_loopback` for a test on this machine";
    let said = problem(at("http://as.example.net/jwks"));
    assert_eq!(said, refused("http://as.example.net/jwks", advice));
}

#[test]
fn secrets_in_a_url_are_not_repeated() {
    for url in [
        "https://alice@as.example.net/jwks",
        "https://alice:canary@as.example.net/jwks",
        "https://alice:c@n:ary@as.example.net/jwks?canary",
    ] {
        let said = problem(at(url));
        assert_eq!(
            said,
            refused("as.example.net/jwks", "leave out user and password")
        );
    }
    for url in [
        "https://as.example.net/?canary",
        "https://as.example.net/#canary",
        // What is a password to whoever wrote it ends the authority.
        "https://alice:canary?a@as.example.net/",
        "https://alice:canary#a@as.example.net/",
        "https://alice:canary/a@as.example.net/",
        "https://alice:a@canary?a@as.example.net/",
        "https://alice:c@n:ary@as.example.net/#canary@",
    ] {
        assert!(!problem(of(url)).contains("canary"), "{url}");
    }
}

#[test]
fn plain_http_is_for_this_machine_and_has_to_be_allowed() {
    for url in [
        "http://localhost/jwks",
        "http://LOCALHOST:8080/jwks",
        "http://127.0.0.1:8080/jwks",
        "http://127.255.0.1/jwks",
        "http://[::1]:8080/jwks",
    ] {
        assert!(at(url).build().is_err(), "{url}");
        assert!(at(url).allow_http_on_loopback().build().is_ok(), "{url}");
        let issuer = of(url.trim_end_matches("/jwks")).allow_http_on_loopback();
        assert!(issuer.build().is_ok(), "{url}");
    }
    for url in [
        "http://as.example.net/jwks",
        "http://localhost.example.net/jwks",
        "http://127.0.0.1.example.net/jwks",
        "http://127.1/jwks",
        "http://0.0.0.0/jwks",
        "http://128.0.0.1/jwks",
        "http://[::]/jwks",
        "http://[::ffff:127.0.0.1]/jwks",
        "http://[fe80::1]/jwks",
        "http://2130706433/jwks",
        "http://keys.localhost/jwks",
        "http://keys.LOCALHOST/jwks",
    ] {
        let said = problem(at(url).allow_http_on_loopback());
        let advice = "begin with `https://`: plain HTTP is for this machine alone";
        assert_eq!(said, refused(url, advice));
    }
}

#[test]
fn an_issuer_is_a_url_without_a_query() {
    assert!(of("https://as.example.net/one").build().is_ok());
    assert_eq!(
        problem(of("https://as.example.net/?a=b")),
        "no metadata are fetched for the issuer `https://as.example.net/`: leave out the query"
    );
    let given = "https://as.example.net/one/.well-known/openid-configuration";
    let advice = "leave out `/.well-known/` and what is behind it, which is added here";
    assert_eq!(
        problem(of(given)),
        format!("no metadata are fetched for the issuer `{given}`: {advice}")
    );
    assert_eq!(
        problem(of("alice\u{1b}[31m")),
        format!("no metadata are fetched for the issuer `alice\\u{{1b}}[31m`: {NO_URL}")
    );
}

#[test]
fn times_have_limits() {
    let url = "https://as.example.net/jwks";
    let day = 24 * HOUR;
    assert!(
        [SECOND, HOUR]
            .iter()
            .all(|&time| at(url).cooldown(time).build().is_ok())
    );
    assert_eq!(
        problem(at(url).cooldown(SECOND - SECOND / 1_000)),
        "the time between two fetches for unknown keys is `999ms`: let it be 1s to 1h"
    );
    assert!(at(url).cooldown(HOUR + SECOND).build().is_err());
    assert!(
        [HOUR, 7 * day]
            .iter()
            .all(|&time| at(url).keep_for(time).build().is_ok())
    );
    assert_eq!(
        problem(at(url).keep_for(Duration::ZERO)),
        "the time for which keys are kept is `0s`: let it be 1h to 7days"
    );
    assert!(at(url).keep_for(7 * day + SECOND).build().is_err());
    assert!(
        [SECOND / 10, 30 * SECOND]
            .iter()
            .all(|&time| at(url).timeout(time).build().is_ok())
    );
    assert_eq!(
        problem(at(url).timeout(Duration::MAX)),
        format!(
            "the time that a document may take is `{}`: let it be 100ms to 30s",
            humantime::format_duration(Duration::MAX)
        )
    );
}

#[test]
fn what_contradicts_itself_is_said_all_at_once() {
    let said = problem(
        at("http://as.example.net")
            .cooldown(Duration::ZERO)
            .rsa_keys_are(Algorithm::ES256)
            .by_oauth_metadata(),
    );
    for part in [
        "the time between two fetches for unknown keys is `0s`: let it be 1s to 1h",
        "keys of RSA cannot be for `ES256`: name one of `RS256` to `PS512`",
        "no metadata are read where the URL of the keys is given: leave out `by_oauth_metadata`, or name the issuer",
        "no keys are fetched from `http://as.example.net`",
    ] {
        assert!(said.contains(part), "{said}");
    }
}
