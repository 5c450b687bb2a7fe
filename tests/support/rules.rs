//! Policies by name, as tables name them.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tower_auth::{
    Decision, Denied, Hidden, Login, Remedy, Step, Unavailable,
    policy::{
        self, Access, BoxPolicy, Policy, PolicyExt, View, anyone, authenticated, role, scope,
    },
};

use super::{schemes::CANARY, user::User, waiting::after};

/// The policy of this name.
pub(crate) fn named(name: &str) -> BoxPolicy<User> {
    match name {
        "anyone" => anyone().boxed(),
        "members" => authenticated().boxed(),
        "admins" => role("admin").boxed(),
        "closed" => says(|| {
            Denied::new(Remedy::Nothing)
                .code("office_closed")
                .detail("The office opens at nine.")
                .reason(CANARY)
                .into()
        }),
        "two_scopes" => scope("docs:read").and(scope("docs:write")).boxed(),
        "fresh_login" => needs(Login::not_older_than(Duration::from_secs(300))),
        "strong_login" => needs(Login::one_of(["phr", "mfa"])),
        "fresh_and_strong_login" => {
            needs(Login::not_older_than(Duration::from_secs(60)).and(Login::one_of(["mfa"])))
        }
        "login_and_scope" => needs(Login::one_of(["mfa"]))
            .and(scope("docs:write"))
            .boxed(),
        "hidden" => says(|| Hidden::new().reason(CANARY).into()),
        "hidden_admins" => role("admin").hide().boxed(),
        "hidden_after_a_while" => {
            policy::check_with((), async |(), _: View<User>| after(3, Hidden::new).await).boxed()
        }
        "away" => policy::check_with((), async |(), _: View<User>| {
            after(2, || Err::<bool, _>(io::Error::other(CANARY))).await
        })
        .boxed(),
        "away_a_while" => says(|| {
            let away = Unavailable::new(CANARY);
            away.retry_after(Duration::from_secs(30)).into()
        }),
        "panics" => says(|| panic!("{CANARY}")),
        _ => panic!("`{name}` is no policy of these tests"),
    }
}

/// Says the same of everybody.
pub(crate) fn says(decision: impl Fn() -> Decision + Send + Sync + 'static) -> BoxPolicy<User> {
    (move |_: &Access<'_, User>| decision()).boxed()
}

/// Denies until there is such a login.
pub(crate) fn needs(login: Login) -> BoxPolicy<User> {
    says(move || {
        Denied::new(Remedy::login(login.clone()))
            .reason(CANARY)
            .into()
    })
}

/// Counts how often a policy is asked.
pub(crate) struct Counted {
    policy: BoxPolicy<User>,
    asked: Arc<AtomicUsize>,
}

impl Counted {
    /// The policy of this name, which counts with `asked`.
    pub(crate) fn new(name: &str, asked: &Arc<AtomicUsize>) -> Self {
        Self {
            policy: named(name),
            asked: Arc::clone(asked),
        }
    }
}

impl Policy<User> for Counted {
    fn decide(&self, access: &Access<'_, User>) -> Step<Decision> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        self.policy.decide(access)
    }
}
