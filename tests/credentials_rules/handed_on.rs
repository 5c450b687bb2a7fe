//! What the policy, the inner service and the reply are shown.

use std::sync::{Arc, Mutex};

use http::HeaderMap;
use tower_auth::{
    AuthLayer, Decision, Denied, Login, Mode, Remedy,
    policy::{Access, BoxPolicy, PolicyExt, all_of, any_of, scope},
    reply::{Content, Refused},
    scheme::{SchemeExt, Schemes},
};

use crate::{
    request, send,
    support::{
        rules::says,
        schemes::{API_KEY, Told, api_key, bearer, joined, named},
        user::User,
    },
};

/// Each way to carry the true credentials.
const WAYS: [(&str, &str); 3] = [
    ("authorization", "Bearer canary-true"),
    (API_KEY, "canary-true"),
    ("x-session", "canary-true"),
];

fn schemes() -> Schemes<User> {
    bearer().or(api_key()).or(Told::ambient("Session"))
}

/// Keeps the fields that it is shown, and allows.
fn looks(seen: &Arc<Mutex<HeaderMap>>) -> BoxPolicy<User> {
    let seen = Arc::clone(seen);
    let look = move |access: &Access<'_, User>| {
        *seen.lock().unwrap() = access.headers().clone();
        true
    };
    look.boxed()
}

/// D-redact, 9110-11.6.2-a
#[test]
fn credentials_are_marked_as_sensitive_before_anybody_else_sees_them() {
    for (name, value) in WAYS {
        let seen = Arc::default();
        let fields = [(name, value), ("x-other", "canary-true")];
        let shown = send(AuthLayer::new(schemes(), looks(&seen)), request(&fields))
            .shown
            .unwrap();
        for fields in [&shown, &*seen.lock().unwrap()] {
            assert_eq!(fields[name], value);
            assert!(fields[name].is_sensitive(), "{name}");
            assert!(!fields["x-other"].is_sensitive());
        }
        assert!(!format!("{:?}", shown.get(name)).contains("canary"));
    }
}

/// 9110-17.16.3-a
#[test]
fn credentials_are_removed_before_anybody_else_sees_them_where_that_is_asked_for() {
    for (name, value) in WAYS {
        let seen = Arc::default();
        let builder = AuthLayer::new(schemes(), looks(&seen)).strip_credentials();
        let fields = [(name, value), ("x-other", "canary-true")];
        let shown = send(builder, request(&fields)).shown.unwrap();
        for fields in [&shown, &*seen.lock().unwrap()] {
            assert_eq!(fields.keys().collect::<Vec<_>>(), ["x-other"]);
        }
    }
}

/// 9110-11.7.2-a
#[test]
fn a_proxy_always_removes_them() {
    for (name, value) in WAYS {
        let seen = Arc::default();
        let name = match name {
            "authorization" => Mode::Proxy.authorization(),
            _ => name.parse().unwrap(),
        };
        let layer = AuthLayer::proxy(schemes(), looks(&seen));
        let shown = send(layer, request(&[(name.as_str(), value)]))
            .shown
            .unwrap();
        assert!(shown.is_empty());
        assert!(seen.lock().unwrap().is_empty());
    }
}

/// D-redact
#[test]
fn a_reply_is_not_shown_credentials_unmarked() {
    let sent = [
        ("canary-true", 403),
        ("canary-wrong", 401),
        ("canary a b", 401),
        ("canary-away", 503),
    ];
    for (word, status) in sent {
        for (name, prefix) in [("authorization", "Bearer "), (API_KEY, "")] {
            let seen = Arc::new(Mutex::new(None));
            let kept = Arc::clone(&seen);
            let reply = move |refused: &Refused<'_>| {
                *kept.lock().unwrap() = Some(refused.head().headers.clone());
                Content::text("no")
            };
            let builder = AuthLayer::new(schemes(), says(Decision::deny)).reply(reply);
            let value = format!("{prefix}{word}");
            assert_eq!(
                send(builder, request(&[(name, &value)])).status,
                status,
                "{value}"
            );
            let shown = seen.lock().unwrap().take().unwrap();
            assert!(shown[name].is_sensitive(), "{name}: {value}");
        }
    }
}

/// 6750-3.1-c, 6750-3-e
#[test]
fn who_lacks_a_scope_is_told_all_that_the_operation_needs_in_order() {
    let read = || scope("docs:read");
    let write = || scope("docs:write");
    let share = || scope("docs:share");
    let both = || [read().boxed(), write().boxed()];
    let of = |policy: BoxPolicy<User>| {
        let seen = send(AuthLayer::new(bearer(), policy), request(&WAYS[..1]));
        assert_eq!(seen.status, 403);
        let [line] = <[&str; 1]>::try_from(seen.challenges()).unwrap();
        let told = line.strip_prefix(r#"Bearer realm="api", error="insufficient_scope", scope=""#);
        told.unwrap().trim_end_matches('"').to_owned()
    };
    assert_eq!(of(read().and(write()).boxed()), "docs:read docs:write");
    assert_eq!(of(write().and(read()).boxed()), "docs:write docs:read");
    assert_eq!(of(all_of(both()).boxed()), "docs:read docs:write");
    assert_eq!(of(read().then(write()).boxed()), "docs:read docs:write");
    assert_eq!(of(write().then(share()).boxed()), "docs:write docs:share");
    assert_eq!(
        of(read().and(write()).and(share()).boxed()),
        "docs:read docs:write docs:share"
    );
    assert_eq!(
        of(share().and(read().and(write())).boxed()),
        "docs:share docs:read docs:write"
    );
    assert_eq!(
        of(all_of([read().and(write()).boxed(), write().boxed()]).boxed()),
        "docs:read docs:write"
    );
    // What is hidden is not named.
    assert_eq!(
        of(write().then(scope("docs:secret").hide()).boxed()),
        "docs:write"
    );
    // Of two ways in, the first is told.
    assert_eq!(of(write().or(share()).boxed()), "docs:write");
    assert_eq!(of(any_of([share(), write()]).boxed()), "docs:share");
    assert_eq!(
        of(read().and(write().or(share())).boxed()),
        "docs:read docs:write"
    );
}

/// 9470-3-a, 9470-3-b, 9470-3-d
#[test]
fn who_needs_a_better_login_is_told_how_good_and_which_scopes_besides() {
    let login = || says(|| Denied::new(Remedy::login(Login::one_of(["phr", "mfa"]))).into());
    let of = |policy: BoxPolicy<User>| {
        let seen = send(AuthLayer::new(bearer(), policy), request(&WAYS[..1]));
        assert_eq!(seen.status, 401);
        seen.challenges().join("\n")
    };
    let told =
        r#"Bearer realm="api", error="insufficient_user_authentication", acr_values="phr mfa""#;
    assert_eq!(of(login()), told);
    let both = format!(r#"{told}, scope="docs:read docs:write""#);
    assert_eq!(
        of(scope("docs:read")
            .and(scope("docs:write"))
            .and(login())
            .boxed()),
        both
    );
    // Who has the scopes is not told of them.
    assert_eq!(of(scope("docs:read").and(login()).boxed()), told);
    assert_eq!(
        of(scope("docs:write").or(login()).boxed()),
        told,
        "the cheaper way in"
    );
}

#[test]
fn who_proved_it_by_a_scheme_without_words_for_it_hears_403_and_no_challenge() {
    let schemes = || joined(named("bearer basic"));
    let basic = [("authorization", "Basic YWxpY2U6Y2FuYXJ5LXRydWU=")];
    let login = says(|| Denied::new(Remedy::login(Login::default())).into());
    for policy in [login, scope("docs:write").boxed()] {
        let seen = send(AuthLayer::new(schemes(), policy), request(&basic));
        assert_eq!((seen.status, seen.challenges().len()), (403, 0));
    }
}
