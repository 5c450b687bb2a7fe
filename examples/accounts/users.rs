//! The accounts of a file.

use std::{error::Error, fs};

use tower_auth::verify::{UserRecord, UserTable};

const EMBEDDED: &str = include_str!("users.txt");

/// What the file says of somebody.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) full_name: String,
}

/// Reads the file, or the accounts on board. An error leaves the accounts as they were.
pub(crate) fn load(
    accounts: &UserTable<Account>,
    file: Option<&str>,
) -> Result<usize, Box<dyn Error>> {
    let number = match file {
        None => accounts.load(EMBEDDED, account)?,
        Some(file) => {
            let text = fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))?;
            accounts
                .load(&text, account)
                .map_err(|error| format!("{file}: {error}"))?
        }
    };
    Ok(number)
}

fn account(record: &UserRecord<'_>) -> Result<Account, &'static str> {
    let full_name = record.fields().next().unwrap_or_default();
    if full_name.is_empty() {
        return Err("write the full name behind the hash, with a colon in between");
    }
    Ok(Account {
        id: record.user_id().to_owned(),
        full_name: full_name.to_owned(),
    })
}
