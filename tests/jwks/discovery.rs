//! Keys that are found by the issuer's metadata.

use serde_json::{Value, json};
use tower_auth::jwks::{Document, FetchError, FetchProblem, RemoteKeys, RemoteKeysBuilder};

use crate::{
    issuer::{Issuer, KEYS, Reply, ok, status},
    keys::set,
    stand::{
        COOLDOWN, HOUR, MINUTE, SECOND, after, at_once, fetched, http, paused, problem, until,
    },
};

const OPENID: &str = "/.well-known/openid-configuration";
const OAUTH: &str = "/.well-known/oauth-authorization-server";

fn metadata(issuer: &str, keys: &str) -> Reply {
    ok(
        "",
        &json!({ "issuer": issuer, "jwks_uri": keys, "other": [1] }).to_string(),
    )
}

fn discovered(issuer: impl Into<String>) -> RemoteKeysBuilder {
    RemoteKeys::discover(issuer, http()).allow_http_on_loopback()
}

/// An issuer with one key, and metadata that name it.
async fn with_metadata() -> Issuer {
    let issuer = Issuer::with(&set(&["a"])).await;
    issuer.answer(OPENID, metadata(&issuer.base(), &issuer.url()));
    issuer
}

async fn refused(issuer: &str) -> FetchError {
    let keys = discovered(issuer).build().unwrap();
    let error = keys.ready().await.unwrap_err();
    assert!(!keys.status().is_usable());
    error
}

#[tokio::test(start_paused = true)]
async fn metadata_are_read_once_and_say_where_the_keys_are() {
    let (issuer, _paused) = (with_metadata().await, paused());
    let keys = discovered(issuer.base()).build().unwrap();
    assert_eq!(issuer.seen(), 0);
    keys.ready().await.unwrap();
    assert_eq!(at_once(&keys, "a").unwrap(), ["a"]);
    assert_eq!((issuer.asked_for(OPENID), issuer.fetches()), (1, 1));
    for fetches in 2..5 {
        keys.refresh().await.unwrap();
        assert_eq!((issuer.asked_for(OPENID), issuer.fetches()), (1, fetches));
    }
    let status = keys.status();
    assert_eq!((status.metadata_fetches(), status.fetches()), (1, 4));
}

#[tokio::test(start_paused = true)]
async fn metadata_stand_behind_the_path_or_before_it() {
    let (issuer, _paused) = (Issuer::with(&set(&["a"])).await, paused());
    for (path, oauth, document) in [
        ("", false, OPENID),
        ("", true, OAUTH),
        ("/", false, OPENID),
        ("/", true, OAUTH),
        (
            "/one/two",
            false,
            "/one/two/.well-known/openid-configuration",
        ),
        (
            "/one/two",
            true,
            "/.well-known/oauth-authorization-server/one/two",
        ),
        ("/three/", false, "/three/.well-known/openid-configuration"),
        (
            "/three/",
            true,
            "/.well-known/oauth-authorization-server/three",
        ),
    ] {
        let name = format!("{}{path}", issuer.base());
        issuer.answer(document, metadata(&name, &issuer.url()));
        let before = (issuer.seen(), issuer.asked_for(document));
        let builder = discovered(name);
        let builder = if oauth {
            builder.by_oauth_metadata()
        } else {
            builder
        };
        builder.build().unwrap().ready().await.unwrap();
        let asked = (issuer.seen(), issuer.asked_for(document));
        assert_eq!(asked, (before.0 + 2, before.1 + 1), "{path} {oauth}");
        issuer.answer(document, status("404 Not Found"));
    }
}

#[tokio::test(start_paused = true)]
async fn metadata_of_another_issuer_are_refused_and_no_keys_fetched() {
    let (issuer, _paused) = (with_metadata().await, paused());
    let base = issuer.base();
    for other in [
        format!("{base}/"),
        format!("{base}/.."),
        base.to_uppercase(),
        base.replace("127.0.0.1", "localhost"),
        base.replace("http:", "https:"),
        format!(" {base}"),
        String::from("https://as.example.net"),
        String::new(),
    ] {
        issuer.answer(OPENID, metadata(&other, &issuer.url()));
        let error = refused(&base).await;
        assert_eq!(error.problem(), FetchProblem::OtherIssuer, "{other}");
        assert_eq!(error.document(), Document::Metadata);
    }
    assert_eq!(issuer.fetches(), 0);
}

#[tokio::test(start_paused = true)]
async fn keys_are_fetched_over_tls_or_from_this_machine_where_metadata_say_so() {
    let (issuer, _paused) = (with_metadata().await, paused());
    for url in [
        "http://keys.example.net/jwks",
        "http://169.254.169.254/jwks",
        "http://127.0.0.1.example.net/jwks",
        "http://127.1/jwks",
        "http://[::2]/jwks",
        "http://localhost.example/jwks",
        "ftp://localhost/jwks",
        "file:///etc/jwks",
        "//localhost/jwks",
        "/jwks",
        "jwks",
        "",
        "https://",
        "https://user:password@keys.example.net/jwks",
        "https://keys.example.net/jwks#a",
        "https://keys.example.net/a b",
        "https://keys.example.net:99999999/",
        "data:application/json,{}",
    ] {
        issuer.answer(OPENID, metadata(&issuer.base(), url));
        let error = refused(&issuer.base()).await;
        assert_eq!(error.problem(), FetchProblem::KeysUrl, "{url}");
    }
    assert_eq!(issuer.fetches(), 0);
}

/// An issuer elsewhere that sends whoever asks to this machine.
#[tokio::test(start_paused = true)]
async fn an_issuer_elsewhere_sends_nobody_to_this_machine() {
    let text = json!({ "issuer": "https://as.example.net", "jwks_uri": "http://127.0.0.1:1/" });
    let desk = crate::desk::Desk::with(&text.to_string());
    let keys = RemoteKeys::discover("https://as.example.net", desk.clone());
    let keys = keys.allow_http_on_loopback().build().unwrap();
    assert_eq!(
        keys.ready().await.unwrap_err().problem(),
        FetchProblem::KeysUrl
    );
    assert_eq!(desk.fetches(), 1);
}

#[tokio::test(start_paused = true)]
async fn metadata_that_are_none_are_a_failed_fetch() {
    let (issuer, _paused) = (with_metadata().await, paused());
    let (base, url) = (issuer.base(), issuer.url());
    let of = |value: Value| ok("", &value.to_string());
    let huge = format!(
        "{}{}",
        json!({ "issuer": base, "jwks_uri": url }),
        " ".repeat(256 * 1024)
    );
    let cases = [
        (of(json!({})), FetchProblem::Malformed),
        (of(json!([])), FetchProblem::Malformed),
        // The members' values, and nothing says whose they are.
        (of(json!([base, url])), FetchProblem::Malformed),
        (of(json!({ "issuer": base })), FetchProblem::Malformed),
        (of(json!({ "jwks_uri": url })), FetchProblem::Malformed),
        (
            of(json!({ "issuer": [base], "jwks_uri": url })),
            FetchProblem::Malformed,
        ),
        (
            of(json!({ "issuer": base, "jwks_uri": null })),
            FetchProblem::Malformed,
        ),
        (ok("", ""), FetchProblem::Malformed),
        (ok("", "<html>"), FetchProblem::Malformed),
        // Twice, and nobody knows which counts.
        (
            ok(
                "",
                &format!(r#"{{"issuer":"{base}","issuer":"{base}","jwks_uri":"{url}"}}"#),
            ),
            FetchProblem::Malformed,
        ),
        (ok("", &huge), FetchProblem::TooLarge),
        (Reply::Endless, FetchProblem::TooLarge),
        (status("404 Not Found"), FetchProblem::Status(404)),
        (
            Reply::Whole(
                format!("HTTP/1.1 302 Found\r\nLocation: {url}\r\n"),
                String::new(),
            ),
            FetchProblem::Redirected(302),
        ),
        (Reply::Raw(Vec::new()), FetchProblem::Unreachable),
    ];
    for (reply, wanted) in cases {
        issuer.answer(OPENID, reply.clone());
        let error = refused(&base).await;
        assert_eq!(error.problem(), wanted, "{reply:?}");
        assert_eq!(error.document(), Document::Metadata);
    }
    issuer.answer(OPENID, Reply::Begun(String::from("HTTP/1.1 200 OK\r\n")));
    let asked = issuer.asked_for(OPENID);
    let waits = tokio::spawn(async move { refused(&base).await });
    until("asked", || issuer.asked_for(OPENID) > asked).await;
    after(5 * SECOND + SECOND / 50).await;
    assert_eq!(waits.await.unwrap().problem(), FetchProblem::TooLate);
    assert_eq!(issuer.fetches(), 0);
}

#[tokio::test(start_paused = true)]
async fn keys_that_move_are_found_again() {
    let (issuer, _paused) = (with_metadata().await, paused());
    let keys = discovered(issuer.base()).build().unwrap();
    keys.ready().await.unwrap();
    issuer.answer("/new", ok("", &set(&["b"])));
    issuer.answer(
        OPENID,
        metadata(&issuer.base(), &format!("{}/new", issuer.base())),
    );
    issuer.answer(KEYS, status("410 Gone"));
    after(10 * MINUTE).await;
    until("failed", || keys.status().failures() == 1).await;
    assert_eq!(problem(&keys), Some(FetchProblem::Status(410)));
    assert_eq!(at_once(&keys, "a").unwrap(), ["a"]);
    after(SECOND).await;
    until("found", || keys.status().failures() == 0).await;
    assert_eq!(at_once(&keys, "b").unwrap(), ["b"]);
    // Two fetches where they were, one where they are; metadata before the first and the last.
    let asked = (
        issuer.fetches(),
        issuer.asked_for("/new"),
        issuer.asked_for(OPENID),
    );
    assert_eq!(asked, (2, 1, 2));
}

#[tokio::test(start_paused = true)]
async fn keys_that_move_and_stay_are_found_within_a_day() {
    let (issuer, _paused) = (with_metadata().await, paused());
    let keys = discovered(issuer.base()).build().unwrap();
    keys.ready().await.unwrap();
    issuer.answer("/new", ok("", &set(&["b"])));
    issuer.answer(
        OPENID,
        metadata(&issuer.base(), &format!("{}/new", issuer.base())),
    );
    for _ in 0..23 {
        after(HOUR).await;
        fetched(&keys).await;
    }
    assert_eq!((issuer.asked_for(OPENID), issuer.asked_for("/new")), (1, 0));
    after(HOUR).await;
    until("found", || issuer.asked_for("/new") == 1).await;
    assert_eq!(issuer.asked_for(OPENID), 2);
    until("taken", || keys.status().kids() == ["b"]).await;
}

#[tokio::test(start_paused = true)]
async fn keys_stay_where_they_were_while_metadata_are_not_to_be_had() {
    let (issuer, _paused) = (with_metadata().await, paused());
    let keys = discovered(issuer.base()).build().unwrap();
    keys.ready().await.unwrap();
    issuer.answer(OPENID, status("503 Service Unavailable"));
    issuer.answer(KEYS, status("503 Service Unavailable"));
    assert!(keys.refresh().await.is_err());
    // Now the metadata are in doubt, and cannot be read; the keys are back.
    issuer.publish(&set(&["a", "b"]));
    after(COOLDOWN).await;
    until("fetched", || keys.status().failures() == 0).await;
    assert_eq!(at_once(&keys, "b").unwrap(), ["a", "b"]);

    // What the metadata take back is taken back.
    issuer.answer(OPENID, metadata("https://as.example.net", &issuer.url()));
    let error = keys.refresh().await.unwrap_err();
    assert_eq!(error.problem(), FetchProblem::OtherIssuer);
    assert_eq!(at_once(&keys, "a").unwrap(), ["a", "b"]);
}

/// A name that its owner gave up may be another's by now.
#[tokio::test(start_paused = true)]
async fn keys_are_not_fetched_for_ever_from_where_metadata_once_said() {
    let (issuer, _paused) = (with_metadata().await, paused());
    let keys = discovered(issuer.base()).build().unwrap();
    keys.ready().await.unwrap();
    for gone in [
        status("410 Gone"),
        ok("", &json!({ "issuer": issuer.base() }).to_string()),
    ] {
        issuer.answer(OPENID, gone);
        // A day until the metadata are read again, and another for which they are not missed.
        for _ in 0..23 {
            after(HOUR).await;
            fetched(&keys).await;
        }
        assert_eq!(keys.status().failures(), 0);
    }
    after(3 * HOUR).await;
    until("failed", || keys.status().failures() > 0).await;
    assert_eq!(problem(&keys), Some(FetchProblem::Malformed));
    let fetches = issuer.fetches();
    after(23 * HOUR).await;
    assert_eq!(issuer.fetches(), fetches);
    after(2 * HOUR).await;
    assert!(at_once(&keys, "a").is_err());

    issuer.answer(OPENID, metadata(&issuer.base(), &issuer.url()));
    after(COOLDOWN).await;
    until("found", || keys.status().failures() == 0).await;
    assert_eq!(at_once(&keys, "a").unwrap(), ["a"]);
}
