//! Which URL which member may have (RFC 9728 §1.2 and §2, RFC 8414 §2).

use crate::{
    inspect::Inspection,
    url::{NoUrl, Plain, Url, is_loopback_to_browsers, read},
};

/// What a URL is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// The identifier of the resource: a query is discouraged, and kept.
    Resource,
    /// The identifier of an authorization server: its issuer.
    Issuer,
    /// What programs fetch.
    Keys,
    /// A page for people.
    Page,
}

/// Reports what is wrong with the URL of a member.
pub(super) fn inspect(
    member: &str,
    given: &str,
    used: Use,
    plain: Plain,
    inspection: &mut Inspection,
) {
    match judge(given, used, plain) {
        Ok(()) => {}
        // It may be a password that stands there.
        Err(Wrong::UserInfo) => inspection.problem(format!(
            "the URL in `{member}` names a user or a password: leave them out"
        )),
        Err(Wrong::Other(what)) => {
            let given = given.escape_debug();
            inspection.problem(format!("`{given}` in `{member}` {what}"));
        }
    }
}

enum Wrong {
    UserInfo,
    Other(&'static str),
}

fn judge(given: &str, used: Use, plain: Plain) -> Result<(), Wrong> {
    let url = read(given).map_err(|flaw| match flaw {
        NoUrl::UserInfo => Wrong::UserInfo,
        NoUrl::Malformed => Wrong::Other(
            "is no absolute URL: begin with `https://`, name a host, and escape what is no \
             character of a URL",
        ),
    })?;
    let wrong = match used {
        Use::Page => page(&url),
        Use::Keys => endpoint(&url, plain),
        Use::Issuer => endpoint(&url, plain).or_else(|| {
            let says = "has a query, and issuers have none: leave out `?` and what is behind it";
            url.query.is_some().then_some(says)
        }),
        Use::Resource => endpoint(&url, plain).or_else(|| {
            let says =
                "has a segment `.` or `..`, which clients resolve: write the path that is meant";
            url.has_dot_segments().then_some(says)
        }),
    };
    wrong.map_or(Ok(()), |wrong| Err(Wrong::Other(wrong)))
}

/// What programs ask, or compare.
fn endpoint(url: &Url<'_>, plain: Plain) -> Option<&'static str> {
    match (url.scheme, plain) {
        ("http", Plain::Never) if is_loopback_to_browsers(url.host) => {
            Some("is not `https`: write that, or say `allow_http_on_loopback` while you develop")
        }
        ("http", Plain::OnLoopback) if is_loopback_to_browsers(url.host) => fragment(url),
        ("https", _) => fragment(url),
        (_, _) => Some("is not `https`: write that"),
    }
}

fn fragment(url: &Url<'_>) -> Option<&'static str> {
    let says = "has a fragment: leave out `#` and what is behind it";
    url.fragment.is_some().then_some(says)
}

fn page(url: &Url<'_>) -> Option<&'static str> {
    let says = "is neither `https` nor `http`: name a page that browsers open";
    (!matches!(url.scheme, "https" | "http")).then_some(says)
}
