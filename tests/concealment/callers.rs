//! Those who ask for documents, and how their credentials are taken.

use std::fmt;

use axum::body::Body;
use tower_auth::{
    AuthLayerBuilder, SameOrigin,
    policy::{HasId, HasRole},
    scheme::{ApiKey, Basic, Bearer, SchemeExt as _, Schemes},
    verify::TokenTable,
};

#[derive(Clone, Copy, Debug)]
pub(crate) struct User {
    pub(crate) name: &'static str,
    pub(crate) admin: bool,
}

impl HasRole for User {
    fn has_role(&self, role: &str) -> bool {
        self.admin && role == "admin"
    }
}

impl HasId for User {
    type Id = &'static str;

    fn id(&self) -> Option<&&'static str> {
        Some(&self.name)
    }
}

const ALICE: User = User {
    name: "alice",
    admin: false,
};
const ROOT: User = User {
    name: "root",
    admin: true,
};

pub(crate) fn schemes() -> Schemes<User> {
    schemes_of(|bearer| bearer)
}

/// All schemes, where `Bearer` in `Authorization` is turned first.
fn schemes_of(turn: fn(Bearer<User>) -> Bearer<User>) -> Schemes<User> {
    let tokens = TokenTable::new();
    tokens.insert("token-of-alice", ALICE);
    tokens.insert("token-of-root", ROOT);
    let cookie = Bearer::new("documents", tokens.clone());
    turn(Bearer::new("documents", tokens))
        .or(Basic::fixed("documents", "alice", "wonderland", ALICE))
        .or(ApiKey::fixed(
            "X-API-Key",
            "documents",
            "key-of-alice",
            ALICE,
        ))
        .or(cookie.in_cookie("__Host-token", SameOrigin::new()))
}

pub(crate) type Builder = AuthLayerBuilder<User, Body>;

/// How credentials are taken, and what is added to answers.
#[derive(Clone, Copy)]
pub(crate) struct Manner {
    pub(crate) name: &'static str,
    pub(crate) schemes: fn() -> Schemes<User>,
    pub(crate) turn: fn(Builder) -> Builder,
    /// Whoever is not believed is taken for a stranger.
    pub(crate) lenient: bool,
    /// Preflights pass the layer outside.
    pub(crate) passes_preflights: bool,
}

pub(crate) const PLAIN: Manner = Manner {
    name: "plain",
    schemes,
    turn: |builder| builder,
    lenient: false,
    passes_preflights: false,
};

pub(crate) const MANNERS: [Manner; 4] = [
    PLAIN,
    Manner {
        name: "lenient",
        turn: Builder::treat_rejected_as_anonymous,
        lenient: true,
        ..PLAIN
    },
    Manner {
        name: "behind a gateway",
        turn: Builder::ignore_unknown_schemes,
        ..PLAIN
    },
    Manner {
        name: "strict",
        schemes: || schemes_of(Bearer::strict),
        ..PLAIN
    },
];

/// Those that add to what others answer.
pub(crate) const ADDING: [Manner; 4] = [
    Manner {
        name: "for caches",
        turn: for_caches,
        ..PLAIN
    },
    Manner {
        name: "private, without credentials further in",
        turn: |builder| builder.private_by_default().strip_credentials(),
        ..PLAIN
    },
    Manner {
        name: "completing",
        turn: completing,
        passes_preflights: true,
        ..PLAIN
    },
    Manner {
        name: "with every option",
        turn: |builder| {
            let builder = completing(for_caches(builder)).strip_credentials();
            builder
                .ignore_unknown_schemes()
                .treat_rejected_as_anonymous()
        },
        lenient: true,
        passes_preflights: true,
        ..PLAIN
    },
];

fn for_caches(builder: Builder) -> Builder {
    let builder = builder.no_store_on_not_found();
    builder.vary_by_credentials().private_by_default()
}

fn completing(builder: Builder) -> Builder {
    builder.complete_challenges().pass_preflights()
}

impl fmt::Debug for Manner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
