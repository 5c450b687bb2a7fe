//! Who there is, and how they prove it.

use std::time::SystemTime;

use tower_auth::{
    BasicCredentials, Secret,
    policy::{HasRole, HasScope},
    scheme::{ApiKey, Basic, Bearer},
    verify::TokenTable,
};

const REALM: &str = "demo";

/// The principal: who calls, and what these credentials allow.
#[derive(Clone)]
pub(crate) struct Account {
    pub(crate) name: &'static str,
    role: Option<&'static str>,
    scopes: &'static [&'static str],
}

impl Account {
    /// `name` with the role that it has. Scopes come with tokens alone.
    fn named(name: &'static str) -> Self {
        Self {
            name,
            role: (name == "cathy").then_some("admin"),
            scopes: &[],
        }
    }

    fn with_scopes(self, scopes: &'static [&'static str]) -> Self {
        Self { scopes, ..self }
    }
}

impl HasRole for Account {
    fn has_role(&self, role: &str) -> bool {
        self.role == Some(role)
    }
}

impl HasScope for Account {
    fn has_scope(&self, scope: &str) -> bool {
        self.scopes.contains(&scope)
    }
}

/// Fine for a demo. What people choose as passwords belongs in a database, as Argon2 hashes.
const PASSWORDS: [(&str, &str); 5] = [
    ("alice", "wonderland"),
    ("bob", "builder"),
    ("cathy", "s3cr3t!"),
    ("Aladdin", "open sesame"),
    ("test", "123£"),
];

pub(crate) fn basic() -> Basic<Account> {
    Basic::new(REALM, |credentials: BasicCredentials<'_>| {
        let known = PASSWORDS
            .into_iter()
            .find(|(name, _)| *name == credentials.user_id());
        // Compared for unknown names, too: how long it takes does not tell who has an account.
        let (name, password) = known.unwrap_or_default();
        let proven = credentials.password().matches(&Secret::from(password));
        (known.is_some() && proven).then(|| Account::named(name))
    })
}

/// Tokens of a real service are drawn by chance: 128 bits or more.
pub(crate) fn bearer() -> Bearer<Account> {
    let alice = Account::named("alice").with_scopes(&["docs:read"]);
    let bob = Account::named("bob").with_scopes(&["docs:read", "docs:write"]);
    let cathy = Account::named("cathy").with_scopes(&["docs:read", "docs:write"]);

    let tokens = TokenTable::new();
    tokens.insert_until("expired-token", alice.clone(), SystemTime::UNIX_EPOCH);
    tokens.insert("alice-token", alice);
    tokens.insert("bob-token", bob);
    tokens.insert("cathy-token", cathy);
    Bearer::new(REALM, tokens)
}

pub(crate) fn api_key() -> ApiKey<Account> {
    let keys = TokenTable::new();
    keys.insert("alice-key", Account::named("alice"));
    keys.insert("cathy-key", Account::named("cathy"));
    ApiKey::new("X-API-Key", REALM, keys)
}
