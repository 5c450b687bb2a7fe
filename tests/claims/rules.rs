//! Rules about claims: what is read of a token is what decides.

use std::{convert::Infallible, time::Duration};

use http::{Request, Response, header::WWW_AUTHENTICATE};
use serde_json::{Value, json};
use tower::{Layer, ServiceExt, service_fn};
use tower_auth::{
    AuthLayer, Clock, Login,
    jwt::StandardClaims,
    policy::{BoxPolicy, PolicyExt, all_of, login, role, scope},
    scheme::Bearer,
};

use crate::{
    hs256::sign_as,
    stand::{at, verifier},
    support::{inner::Body, waiting::block_on},
};

const NOW: u64 = 1_800_000_000;

fn ends(policy: BoxPolicy<StandardClaims>, others: &Value) -> (u16, Option<String>) {
    let mut claims = json!({
        "iss": "https://as.example.net", "aud": "https://rs.example.com", "sub": "alice",
        "iat": NOW, "exp": NOW + 3600,
    });
    for (name, value) in others.as_object().unwrap() {
        claims[name] = value.clone();
    }
    let verifier = verifier("at+jwt", &claims);
    let layer = AuthLayer::new(Bearer::new("api", verifier), policy)
        .build()
        .unwrap();
    let service = layer.layer(service_fn(|_: Request<()>| async {
        Ok::<_, Infallible>(Response::new(Body::default()))
    }));
    let token = sign_as("at+jwt", &claims.to_string());
    let request = Request::get("/").header("authorization", format!("Bearer {token}"));
    let Ok(response) = block_on(service.oneshot(request.body(()).unwrap()));
    let line = response.headers().get(WWW_AUTHENTICATE);
    let line = line.map(|line| line.to_str().unwrap().to_owned());
    (response.status().as_u16(), line)
}

fn fresh_and_strong() -> BoxPolicy<StandardClaims> {
    let needed = Login::not_older_than(Duration::from_secs(300)).and(Login::one_of(["phr", "mfa"]));
    login(needed).clock(Clock::fixed(at(NOW))).boxed()
}

const STEP_UP: &str = r#"Bearer realm="api", error="insufficient_user_authentication", acr_values="phr mfa", max_age="300""#;

/// 9470-3-a, 9470-3-b, 9470-6.1-a
#[test]
fn who_logged_in_lately_and_strongly_enough_is_let_in() {
    let step_up = || (401, Some(STEP_UP.to_owned()));
    for (claims, expected) in [
        (json!({ "auth_time": NOW - 300, "acr": "mfa" }), (200, None)),
        (
            json!({ "auth_time": 1_799_999_700.5, "acr": "phr" }),
            (200, None),
        ),
        (json!({ "auth_time": NOW - 301, "acr": "mfa" }), step_up()),
        (json!({ "auth_time": NOW - 300, "acr": "pwd" }), step_up()),
        (json!({ "auth_time": NOW - 300 }), step_up()),
        (json!({ "acr": "mfa" }), step_up()),
        (json!({}), step_up()),
        (json!({ "auth_time": NOW + 61, "acr": "mfa" }), step_up()),
    ] {
        assert_eq!(ends(fresh_and_strong(), &claims), expected, "{claims}");
    }
}

/// 9470-3-d
#[test]
fn who_lacks_login_and_scopes_is_told_both_in_one_challenge() {
    let rule = || all_of([fresh_and_strong(), scope("docs:write").boxed()]).boxed();
    let old = json!({ "auth_time": NOW - 301, "acr": "mfa" });
    let both = format!(r#"{STEP_UP}, scope="docs:write""#);
    assert_eq!(ends(rule(), &old), (401, Some(both)));
    let scoped = json!({ "auth_time": NOW - 301, "acr": "mfa", "scp": ["docs:write"] });
    assert_eq!(ends(rule(), &scoped), (401, Some(STEP_UP.to_owned())));
    let fresh = json!({ "auth_time": NOW, "acr": "mfa" });
    let lacks = r#"Bearer realm="api", error="insufficient_scope", scope="docs:write""#;
    assert_eq!(ends(rule(), &fresh), (403, Some(lacks.to_owned())));
    let fit = json!({ "auth_time": NOW, "acr": "mfa", "scope": "docs:read docs:write" });
    assert_eq!(ends(rule(), &fit), (200, None));
}

#[test]
fn a_scope_is_no_role_and_a_role_no_scope() {
    let rule = || role("admin").or(scope("admin")).boxed();
    assert_eq!(
        ends(role("admin").boxed(), &json!({ "scope": "admin" })).0,
        403
    );
    assert_eq!(
        ends(scope("admin").boxed(), &json!({ "roles": ["admin"] })).0,
        403
    );
    assert_eq!(ends(rule(), &json!({ "roles": "admin" })).0, 200);
    assert_eq!(ends(rule(), &json!({ "scp": "admin" })).0, 200);
    assert_eq!(
        ends(
            rule(),
            &json!({ "groups": ["admin"], "permissions": ["admin"] })
        )
        .0,
        403
    );
    // A role may hold spaces; a scope cannot.
    assert_eq!(
        ends(
            role("site admin").boxed(),
            &json!({ "roles": "site admin" })
        )
        .0,
        200
    );
    assert_eq!(
        ends(role("admin").boxed(), &json!({ "roles": "site admin" })).0,
        403
    );
}

/// D-fail-closed
#[test]
fn a_path_of_roles_that_names_no_claim_is_found_when_the_layer_is_built() {
    let claims = json!({ "iss": "https://as.example.net", "aud": "rs", "iat": NOW });
    for path in [&[][..], &[""], &["realm_access", ""]] {
        let verifier = verifier::<StandardClaims>("at+jwt", &claims).roles_at(path.iter().copied());
        let layer = AuthLayer::new(Bearer::new("api", verifier), role("admin"));
        let error = layer.build_with(Vec::from).err().unwrap().to_string();
        assert!(
            error.starts_with("a path in `roles_at` names no claim: "),
            "{error}"
        );
    }
}
