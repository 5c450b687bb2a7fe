//! Roles, out of a database.

use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use tower_auth::{Unavailable, policy::HasRole};

use crate::users::Account;

const TABLES: &str = "
    create table roles (account text not null, role text not null);
    insert into roles values ('bob', 'editor'), ('cathy', 'editor'), ('cathy', 'admin');
";

/// Who calls: an account, with its roles.
#[derive(Clone, Debug)]
pub(crate) struct User {
    pub(crate) account: Account,
    pub(crate) roles: Vec<String>,
}

impl HasRole for User {
    fn has_role(&self, role: &str) -> bool {
        self.roles.iter().any(|there| there == role)
    }
}

/// A database of roles. A real service would have a pool of connections.
pub(crate) struct Roles(Mutex<Connection>);

impl Roles {
    pub(crate) fn in_memory() -> Result<Self, rusqlite::Error> {
        let connection = Connection::open_in_memory()?;
        connection.execute_batch(TABLES)?;
        Ok(Self(Mutex::new(connection)))
    }

    /// Asked once the password is proven. An error is 503; `None` would refuse the credentials.
    pub(crate) async fn of(self: Arc<Self>, account: Account) -> Result<Option<User>, Unavailable> {
        let user = tokio::task::spawn_blocking(move || {
            let roles = self.find(&account.id)?;
            Ok::<_, rusqlite::Error>(User { account, roles })
        });
        Ok(Some(user.await??))
    }

    fn find(&self, account: &str) -> Result<Vec<String>, rusqlite::Error> {
        let connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut query =
            connection.prepare_cached("select role from roles where account = ?1 order by role")?;
        let roles = query.query_map([account], |row| row.get(0))?;
        roles.collect()
    }
}
