//! The accounts of a file.

use std::{error::Error, fs};

use tower_auth::{
    Secret,
    password::{self, Parameters},
    verify::{UserRecord, UserTable},
};

const ON_BOARD: &str = include_str!("users.txt");

/// What the file says of somebody.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) full_name: String,
}

/// Reads the file, or the accounts on board, and says how many there are. An error leaves the
/// accounts as they were.
pub(crate) fn load(
    accounts: &UserTable<Account>,
    file: Option<&str>,
) -> Result<usize, Box<dyn Error>> {
    let Some(file) = file else {
        return Ok(accounts.load(ON_BOARD, account)?);
    };
    let text =
        fs::read_to_string(file).map_err(|error| format!("`{file}` cannot be read: {error}"))?;
    let loaded = accounts.load(&text, account);
    Ok(loaded.map_err(|error| format!("`{file}`, {error}"))?)
}

/// A line for the file: one that can be loaded.
pub(crate) fn line(id: &str, full_name: &str, password: &str) -> Result<String, Box<dyn Error>> {
    let hash = password::hash(&Secret::from(password), Parameters::default())
        .map_err(|error| error.to_string())?;
    let line = format!("{id}:{hash}:{full_name}");
    let loaded = UserTable::new().load(&line, account);
    loaded.map_err(|error| error.to_string())?;
    Ok(line)
}

fn account(record: &UserRecord<'_>) -> Result<Account, &'static str> {
    match record.fields().collect::<Vec<_>>().as_slice() {
        [full_name] if !full_name.is_empty() => Ok(Account {
            id: record.user_id().to_owned(),
            full_name: (*full_name).to_owned(),
        }),
        _ => Err("write the full name behind the hash, with a colon in between"),
    }
}
