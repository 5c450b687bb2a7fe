//! The guide: one list for the terminal and the page.

use super::{
    accounts::{PEOPLE, Person},
    tries::ROUTES,
};

/// Where the demo can be reached, and the signed tokens of this run.
pub(crate) struct Here {
    pub(crate) base: String,
    pub(crate) tokens: Named,
}

/// Tokens, each behind its name.
pub(crate) type Named = Vec<(&'static str, String)>;

/// A route, and what can be tried on it.
pub(crate) struct Route {
    pub(crate) name: &'static str,
    pub(crate) who: &'static str,
    pub(crate) note: &'static str,
    pub(crate) tries: &'static [Try],
}

/// The status to expect, what curl is given, and the path to send it to. `{name}` stands for a signed token.
pub(crate) struct Try(
    pub(crate) u16,
    pub(crate) &'static str,
    pub(crate) &'static str,
);

impl Try {
    /// The line to paste into a shell.
    pub(crate) fn curl(&self, here: &Here) -> String {
        let Self(_, arguments, path) = self;
        let gap = if arguments.is_empty() { "" } else { " " };
        let line = format!("curl -i{gap}{arguments} {}{path}", here.base);
        let tokens = here.tokens.iter();
        tokens.fold(line, |line, (name, token)| {
            line.replace(&format!("{{{name}}}"), token)
        })
    }
}

/// What stands above the columns of the accounts.
pub(crate) const COLUMNS: [&str; 6] = ["account", "password", "key", "role", "token", "its scopes"];

/// The columns themselves.
pub(crate) fn columns(person: &Person) -> [String; 6] {
    [
        person.name.to_owned(),
        person.password.to_owned(),
        person.key.unwrap_or_default().to_owned(),
        person.role.unwrap_or_default().to_owned(),
        person.token.unwrap_or_default().to_owned(),
        person.scopes.join(" "),
    ]
}

/// The guide for the terminal.
pub(crate) fn text(here: &Here) -> String {
    let base = &here.base;
    let mut lines = vec![format!("The demo listens on {base}. Ctrl-C ends it.")];
    for Route {
        name,
        who,
        note,
        tries,
    } in &ROUTES
    {
        lines.push(format!("\n{name:<16}{who}\n{:16}{note}", ""));
        lines.extend(
            tries
                .iter()
                .map(|one| format!("  {}  {}", one.0, one.curl(here))),
        );
    }
    lines.push(format!("\n{}", line(&COLUMNS.map(String::from))));
    lines.extend(PEOPLE.iter().map(|person| line(&columns(person))));
    lines.join("\n") + "\n"
}

fn line([name, password, key, role, token, scopes]: &[String; 6]) -> String {
    let line = format!("{name:<9}{password:<13}{key:<11}{role:<7}{token:<13}{scopes}");
    line.trim_end().to_owned()
}
