//! Who there is, and how they prove it.

use std::time::SystemTime;

use tower_auth::{
    BasicCredentials, Secret,
    policy::{HasRole, HasScope},
    scheme::{ApiKey, Basic, Bearer},
    verify::TokenTable,
};

pub(crate) const REALM: &str = "demo";

/// Somebody with an account. Fine for a demo: passwords of a real service stand in a database, as
/// Argon2 hashes, and its tokens and keys are drawn by chance, 128 bits or more.
pub(crate) struct Person {
    pub(crate) name: &'static str,
    pub(crate) password: &'static str,
    pub(crate) key: Option<&'static str>,
    pub(crate) role: Option<&'static str>,
    pub(crate) token: Option<&'static str>,
    pub(crate) scopes: &'static [&'static str],
}

const fn person(name: &'static str, password: &'static str) -> Person {
    Person {
        name,
        password,
        key: None,
        role: None,
        token: None,
        scopes: &[],
    }
}

pub(crate) const PEOPLE: [Person; 5] = [
    Person {
        key: Some("alice-key"),
        token: Some("alice-token"),
        scopes: &["docs:read"],
        ..person("alice", "wonderland")
    },
    Person {
        token: Some("bob-token"),
        scopes: &["docs:read", "docs:write"],
        ..person("bob", "builder")
    },
    Person {
        key: Some("cathy-key"),
        role: Some("admin"),
        token: Some("cathy-token"),
        scopes: &["docs:read", "docs:write"],
        ..person("cathy", "s3cr3t!")
    },
    person("Aladdin", "open sesame"),
    person("test", "123£"),
];

/// The principal: who calls, and what these credentials allow.
#[derive(Clone)]
pub(crate) struct Account {
    pub(crate) name: &'static str,
    role: Option<&'static str>,
    scopes: &'static [&'static str],
}

impl Account {
    /// Passwords and keys stand for the whole person, but come without scopes.
    fn of(person: &Person) -> Self {
        Self {
            name: person.name,
            role: person.role,
            scopes: &[],
        }
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

pub(crate) fn basic() -> Basic<Account> {
    Basic::new(REALM, |credentials: BasicCredentials<'_>| {
        let known = PEOPLE
            .iter()
            .find(|person| person.name == credentials.user_id());
        // Compared for unknown names, too: how long it takes does not tell who has an account.
        let password = known.map_or("", |person| person.password);
        let proven = credentials.password().matches(&Secret::from(password));
        known.filter(|_| proven).map(Account::of)
    })
}

pub(crate) fn bearer() -> Bearer<Account> {
    let [alice, ..] = &PEOPLE;
    let tokens = TokenTable::new();
    tokens.insert_until("expired-token", Account::of(alice), SystemTime::UNIX_EPOCH);
    for person in &PEOPLE {
        let account = Account {
            scopes: person.scopes,
            ..Account::of(person)
        };
        if let Some(token) = person.token {
            tokens.insert(token, account);
        }
    }
    Bearer::new(REALM, tokens)
}

pub(crate) fn api_key() -> ApiKey<Account> {
    let keys = TokenTable::new();
    for person in &PEOPLE {
        if let Some(key) = person.key {
            keys.insert(key, Account::of(person));
        }
    }
    ApiKey::new("X-API-Key", REALM, keys)
}
