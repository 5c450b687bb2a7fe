//! Users from the text of a file.

use std::{
    collections::{HashMap, hash_map::Entry},
    error::Error,
};

use super::{
    users::UserTable,
    users_error::{Problem, UsersError},
    users_stored::{Stored, read},
};

/// One line of a file of users: what the application makes a principal of.
///
/// ```
/// # let line = "ann:$argon2id$v=19$m=64,t=1,p=1$c2FsdCBvZiB0aGUgbGFtcA$IKNEgVkR41+rx3JAIbhU9diwchpar5bVefmsa1eI/bY:admin:Ann Ash";
/// use tower_auth::verify::{UserRecord, UserTable};
///
/// // ann:$argon2id$v=19$m=19456,t=2,p=1$..$..:admin:Ann Ash
/// let users = UserTable::new();
/// users.load(line, |record: &UserRecord<'_>| match record.fields().collect::<Vec<_>>().as_slice() {
///     ["admin", name] => Ok((String::from(*name), true)),
///     ["member", name] => Ok((String::from(*name), false)),
///     _ => Err("write `admin` or `member` and a name, with a colon in between"),
/// })?;
/// assert_eq!(users.len(), 1);
/// # Ok::<_, tower_auth::verify::UsersError>(())
/// ```
pub struct UserRecord<'a> {
    line: usize,
    user_id: &'a str,
    disabled: bool,
    rest: Option<&'a str>,
}

impl<'a> UserRecord<'a> {
    /// The number of the line, from 1.
    #[must_use]
    pub const fn line(&self) -> usize {
        self.line
    }

    /// The user-id.
    #[must_use]
    pub const fn user_id(&self) -> &'a str {
        self.user_id
    }

    /// Whether a mark before the hash disables the user.
    #[must_use]
    pub const fn is_disabled(&self) -> bool {
        self.disabled
    }

    /// What stands behind the hash, parted by colons. It may be nothing.
    pub fn fields(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.rest.into_iter().flat_map(|rest| rest.split(':'))
    }
}

impl<P> UserTable<P> {
    /// Replaces the whole table at once by the users of a file, and says how many there are.
    ///
    /// Each line is `name:hash`, or `name:hash:` and fields of your own, of which `principal` makes a
    /// principal. Lines that are empty or begin with `#` are passed over. A `!` or `*` before the
    /// hash disables the user. Lines may end as on Windows, and a byte order mark may stand in front.
    /// Passwords in the files of `htpasswd` are hashed in ways that are not read here: the error says
    /// so, with the line.
    ///
    /// Files are not watched: load again when you are told to, on SIGHUP for example, while the table
    /// serves. Write a new file and move it over the old one, so that no half of it is ever read. No
    /// request sees half of the new table.
    ///
    /// Whom [`disable`](Self::disable) refuses stays refused, if the file names them, until you
    /// [`enable`](Self::enable) or [`remove`](Self::remove) them. A mark in the file counts again,
    /// even where it was undone by `enable`. Proofs that the table [remembers](Self::remember) hold on
    /// where the hash is the same, and the principal is the new one.
    ///
    /// ```
    /// use std::{fs, path::Path};
    /// use tower_auth::verify::UserTable;
    ///
    /// fn reload(users: &UserTable<String>, file: &Path) -> Result<usize, Box<dyn std::error::Error>> {
    ///     let text = fs::read_to_string(file)?;
    ///     Ok(users.load(&text, |record| Ok::<_, String>(record.user_id().to_owned()))?)
    /// }
    ///
    /// let users = UserTable::new();
    /// let old = "ann:$apr1$zVmRWZ4S$VK5R5MWwfeTJnKoWIXAUW/";
    /// let error = users.load(old, |record| Ok::<_, String>(record.user_id().to_owned())).unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "line 1: user `ann`: hashes of the kind `apr1` are not read: \
    ///      make a new one from the password, with `password::hash`",
    /// );
    /// # let _ = reload;
    /// ```
    ///
    /// # Errors
    ///
    /// The first line that cannot be used, with its number: a user-id that could never be let in, that
    /// is longer than 512 bytes, or that stood there before; a hash that cannot be read, or that costs
    /// too much; fields that `principal` refuses. A text without any users, too. The table stays as it
    /// was.
    pub fn load<E: Into<Box<dyn Error + Send + Sync>>>(
        &self,
        text: &str,
        mut principal: impl FnMut(&UserRecord<'_>) -> Result<P, E>,
    ) -> Result<usize, UsersError> {
        let mut lines = HashMap::new();
        let mut users = HashMap::new();
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        for (line, text) in (1..).zip(text.lines()) {
            if text.starts_with('#') || text.trim().is_empty() {
                continue;
            }
            let (user_id, stored) =
                user(line, text, &mut principal).map_err(|error| error.at(line))?;
            match lines.entry(user_id) {
                Entry::Vacant(free) => drop(free.insert(line)),
                Entry::Occupied(first) => {
                    let twice = Problem::Twice(Some(*first.get()));
                    return Err(UsersError::of(user_id, twice).at(line));
                }
            }
            users.insert(user_id.to_owned(), stored);
        }
        if users.is_empty() {
            return Err(UsersError::nameless(Problem::Nobody));
        }
        let number = users.len();
        self.users().replace(users);
        Ok(number)
    }
}

/// The user on one line. Whoever reads the error may not be shown more of the line than the name.
fn user<'a, P, E: Into<Box<dyn Error + Send + Sync>>>(
    line: usize,
    text: &'a str,
    principal: &mut impl FnMut(&UserRecord<'_>) -> Result<P, E>,
) -> Result<(&'a str, Stored<P>), UsersError> {
    let Some((user_id, rest)) = text.split_once(':') else {
        return Err(UsersError::nameless(Problem::NoHash));
    };
    if user_id.trim() != user_id {
        return Err(UsersError::of(user_id, Problem::Spaces));
    }
    let (hash, rest) = match rest.split_once(':') {
        Some((hash, rest)) => (hash, Some(rest)),
        None => (rest, None),
    };
    let (disabled, hash) = read(user_id, hash)?;
    if rest.is_some_and(|rest| rest.contains(char::is_control)) {
        return Err(UsersError::of(user_id, Problem::UnfitRest));
    }
    let record = UserRecord {
        line,
        user_id,
        disabled,
        rest,
    };
    match principal(&record) {
        Ok(principal) => Ok((user_id, Stored::new(hash, disabled, principal))),
        Err(error) => Err(UsersError::of(user_id, Problem::Rest(error.into()))),
    }
}
