//! Schemes of secrets, each with each kind of verifier.

use std::{io, panic::resume_unwind, sync::Arc};

use tower_auth::{
    BasicCredentials, SameOrigin, Secret,
    scheme::{ApiKey, Basic, Bearer, SchemeExt as _, Schemes},
    verify::{FixedSecret, TokenTable, check_with},
};

pub(crate) type Name = &'static str;

/// What judges the secret.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Judge {
    Fixed,
    Table,
    Closure,
    Waiting,
    Outage,
    Panic,
}

/// A scheme of secrets, with a verifier of this kind.
macro_rules! judged {
    ($judge:expr, $key:expr, |$verifier:ident| $scheme:expr) => {{
        let key: Arc<str> = Arc::from($key);
        match $judge {
            Judge::Fixed => {
                let $verifier = FixedSecret::new(&*key, "alice");
                $scheme
            }
            Judge::Table => {
                let $verifier = TokenTable::new();
                $verifier.insert(&*key, "alice");
                $scheme
            }
            Judge::Closure => {
                let $verifier = move |secret: Secret<'_>| {
                    secret.matches(&Secret::from(&*key)).then_some("alice")
                };
                $scheme
            }
            Judge::Waiting => {
                let $verifier = check_with(key, async |key: Arc<str>, secret: Secret<'static>| {
                    secret.matches(&Secret::from(&*key)).then_some("alice")
                });
                $scheme
            }
            Judge::Outage => {
                let $verifier = |_: Secret<'_>| Err::<Option<Name>, _>(io::Error::other("away"));
                $scheme
            }
            Judge::Panic => {
                let $verifier =
                    |_: Secret<'_>| -> Option<Name> { resume_unwind(Box::new("planned")) };
                $scheme
            }
        }
    }};
}

fn is(credentials: &BasicCredentials<'_>, password: &str) -> bool {
    let known = credentials.user_id() == "alice";
    known && credentials.password().matches(&Secret::from(password))
}

fn basic(judge: Judge, password: &str) -> Basic<Name> {
    let password: Arc<str> = Arc::from(password);
    match judge {
        Judge::Fixed | Judge::Table => Basic::fixed("api", "alice", &*password, "alice"),
        Judge::Closure => Basic::new("api", move |credentials: BasicCredentials<'_>| {
            is(&credentials, &password).then_some("alice")
        }),
        Judge::Waiting => Basic::new(
            "api",
            check_with(
                password,
                async |password: Arc<str>, credentials: BasicCredentials<'static>| {
                    is(&credentials, &password).then_some("alice")
                },
            ),
        ),
        Judge::Outage => Basic::new("api", |_: BasicCredentials<'_>| {
            Err::<Option<Name>, _>(io::Error::other("away"))
        }),
        Judge::Panic => Basic::new("api", |_: BasicCredentials<'_>| -> Option<Name> {
            resume_unwind(Box::new("planned"))
        }),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Basic,
    Bearer,
    Cookie,
    PlainCookie,
    Field,
    ApiKey,
    All,
}

pub(crate) fn bearer(judge: Judge, secret: &str) -> Bearer<Name> {
    judged!(judge, secret, |verifier| Bearer::new("api", verifier))
}

pub(crate) fn schemes(kind: Kind, judge: Judge, secret: &str) -> Schemes<Name> {
    let bearer = || bearer(judge, secret);
    let key = || {
        judged!(judge, secret, |verifier| ApiKey::new(
            "X-API-Key",
            "api",
            verifier
        ))
    };
    match kind {
        Kind::Basic => basic(judge, secret).into(),
        Kind::Bearer => bearer().into(),
        Kind::Cookie => bearer().in_cookie(COOKIE, SameOrigin::new()).into(),
        Kind::PlainCookie => bearer()
            .dangerously_in_plain_cookie("token", SameOrigin::new())
            .into(),
        Kind::Field => bearer().strict().in_field("X-Access-Token").into(),
        Kind::ApiKey => key().into(),
        Kind::All => {
            let cookie = bearer().in_cookie(COOKIE, SameOrigin::new());
            bearer().or(basic(judge, secret)).or(cookie).or(key())
        }
    }
}

pub(crate) const COOKIE: &str = "__Host-token";
