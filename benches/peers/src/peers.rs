//! Everybody else, each as its own documentation sets it up.

use std::sync::Arc;

use axum::{
    Extension, Router,
    body::Body,
    extract::{Request, State},
    http::{StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
    routing::get,
};
use jsonwebtoken::{DecodingKey, Validation, decode};
use jwt_authorizer::{Authorizer, IntoLayer as _, JwtAuthorizer, JwtClaims};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use tower::Layer as _;
use tower_oauth2_resource_server::{
    server::OAuth2ResourceServer, tenant::TenantConfiguration, validation::ClaimsValidationSpec,
};

use super::{
    backend::Backend,
    contender::{Contender, now},
    keys::{Keys, Public},
    tokens::{AUDIENCE, Claims, ISSUER, SUBJECT},
};

/// Routers without anything around them.
pub fn bare() -> [Contender; 2] {
    let newer = Router::new().route("/me", get(async || SUBJECT));
    let older =
        older_axum::Router::new().route("/me", older_axum::routing::get(|| async { SUBJECT }));
    [
        Contender::app("nothing, axum 0.8", None, newer),
        Contender::app("nothing, axum 0.7", None, older),
    ]
}

/// `jsonwebtoken`, as often as it is asked: into a struct, and into all that the token says.
pub fn alone(keys: &Keys, backend: Backend) -> [Contender; 2] {
    let (into_struct, into_map) = (Trust::new(keys), Trust::new(keys));
    [
        Contender::alone(
            "jsonwebtoken 11, a struct",
            backend,
            move |token| into_struct.read::<Claims>(token),
            |claims| &claims.sub,
        ),
        Contender::alone(
            "jsonwebtoken 11, all claims",
            backend,
            move |token| into_map.read::<Map<String, Value>>(token),
            |claims| claims["sub"].as_str().expect("a text"),
        ),
    ]
}

/// A function of one's own around a router.
pub fn from_fn(keys: &Keys, backend: Backend) -> Contender {
    let layer = middleware::from_fn_with_state(Arc::new(Trust::new(keys)), check);
    Contender::app(
        "from_fn and jsonwebtoken 11",
        Some(backend),
        layer.layer(by_extension()),
    )
}

struct Trust {
    key: DecodingKey,
    validation: Validation,
}

impl Trust {
    fn new(keys: &Keys) -> Self {
        let mut validation = Validation::new(keys.algorithm);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["iss", "aud", "exp"]);
        let key = keys.decoding();
        Self { key, validation }
    }

    fn read<C: DeserializeOwned>(&self, token: &str) -> Option<C> {
        let read = decode(token, &self.key, &self.validation);
        Some(read.ok()?.claims)
    }
}

async fn check(State(trust): State<Arc<Trust>>, mut request: Request, next: Next) -> Response {
    let field = request.headers().get(header::AUTHORIZATION);
    let token = field
        .and_then(|field| field.to_str().ok())
        .and_then(|field| field.strip_prefix("Bearer "));
    match token.and_then(|token| trust.read::<Claims>(token)) {
        Some(claims) => {
            request.extensions_mut().insert(claims);
            next.run(request).await
        }
        None => {
            let challenge = [(header::WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"")];
            (StatusCode::UNAUTHORIZED, challenge).into_response()
        }
    }
}

pub fn tower_oauth2_resource_server(keys: &Keys, backend: Backend) -> Contender {
    let audiences = vec![AUDIENCE.to_owned()];
    let spec = ClaimsValidationSpec::new()
        .exp(true)
        .iss(ISSUER)
        .aud(&audiences);
    let tenant = TenantConfiguration::static_builder(keys.jwks())
        .allowed_algorithms(&[keys.algorithm])
        .claims_validation(spec)
        .build()
        .expect("a tenant");
    let server = OAuth2ResourceServer::<Claims>::builder().add_tenant(tenant);
    let layer = now(server.build()).expect("a server").into_layer::<Body>();
    Contender::app(
        "tower-oauth2-resource-server",
        Some(backend),
        layer.layer(by_extension()),
    )
}

fn by_extension() -> Router {
    Router::new().route(
        "/me",
        get(async |Extension(claims): Extension<Claims>| claims.sub),
    )
}

pub fn jwt_authorizer(keys: &Keys) -> Contender {
    let builder: JwtAuthorizer<Claims> = match &keys.public {
        Public::Secret(secret) => JwtAuthorizer::from_secret(secret),
        Public::Rsa(pem) => JwtAuthorizer::from_rsa_pem_text(pem),
        Public::Ec(pem) => JwtAuthorizer::from_ec_pem_text(pem),
        Public::Ed(pem) => JwtAuthorizer::from_ed_pem_text(pem),
    };
    let validation = jwt_authorizer::Validation::new()
        .iss(&[ISSUER])
        .aud(&[AUDIENCE]);
    let authorizer: Authorizer<Claims> =
        now(builder.validation(validation).build()).expect("an authorizer");
    let app = older_axum::Router::new().route(
        "/me",
        older_axum::routing::get(|JwtClaims(claims): JwtClaims<Claims>| async { claims.sub }),
    );
    Contender::app(
        "jwt-authorizer, axum 0.7",
        Some(Backend::Ring),
        authorizer.into_layer().layer(app),
    )
}
