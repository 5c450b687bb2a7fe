//! For principals that logged in.

use std::{
    fmt,
    time::{Duration, SystemTime},
};

use crate::{
    challenge::{Challenge, is_scope},
    clock::{Clock, LEEWAY, LONGEST_LEEWAY},
    decision::{Decision, Denied, Login, Remedy},
    inspect::{Inspection, Misconfiguration},
    step::Step,
};

use super::{
    access::Access,
    contract::Policy,
    words::{Given, call},
};

/// A principal of whom it may be known when and how they logged in ([RFC 9470 §6]).
///
/// [RFC 9470 §6]: https://www.rfc-editor.org/rfc/rfc9470#section-6
#[diagnostic::on_unimplemented(
    message = "of `{Self}` it is not known when and how they logged in",
    note = "implement `tower_auth::policy::HasLogin` for it"
)]
pub trait HasLogin {
    /// When they last logged in themselves (`auth_time`): not when their credentials were issued or
    /// renewed. `None` where it is not known.
    fn login_time(&self) -> Option<SystemTime>;

    /// How strongly: the authentication context class (`acr`). `None` where it is not known.
    fn acr(&self) -> Option<&str>;
}

/// Lets in whoever's login is as `login` says: not too old, of one of its classes, or both. Others are
/// asked to log in again: 401, and `insufficient_user_authentication` with all of `login` from a scheme
/// that speaks it ([RFC 9470 §3]), 403 from one that does not. Strangers are asked for credentials,
/// and not told which login they need.
///
/// A login of which it is not known when it was is too old, and so is one that lies in the future by
/// more than the [`leeway`](ByLogin::leeway). Classes are compared letter by letter, and have no
/// order: name each that is strong enough, the preferred one first.
///
/// A `login` that nobody can have is an error when the layer is built: one that asks for nothing, an
/// age under a second, a class that is empty or holds a space, a quote or a backslash, more classes than
/// a challenge holds, lists of classes that have none in common.
///
/// ```
/// # tokio_test::block_on(async {
/// use std::time::{Duration, SystemTime};
/// use http::{Request, Response, StatusCode, header::WWW_AUTHENTICATE};
/// use tower::{Layer, ServiceExt, service_fn};
/// use tower_auth::{AuthLayer, Login, policy::{HasLogin, login}, scheme::Bearer};
///
/// #[derive(Clone)]
/// struct Customer { logged_in: SystemTime }
/// impl HasLogin for Customer {
///     fn login_time(&self) -> Option<SystemTime> { Some(self.logged_in) }
///     fn acr(&self) -> Option<&str> { Some("password") }
/// }
///
/// let an_hour_ago = Customer { logged_in: SystemTime::now() - Duration::from_secs(3600) };
/// let fresh_and_strong = Login::not_older_than(Duration::from_secs(300)).and(Login::one_of(["phr", "mfa"]));
/// let layer = AuthLayer::new(Bearer::fixed("bank", "s3cret", an_hour_ago), login(fresh_and_strong))
///     .build_with(Vec::from)?;
/// let service = layer.layer(service_fn(|_: Request<()>| async {
///     Ok::<_, std::convert::Infallible>(Response::new(Vec::new()))
/// }));
///
/// let request = Request::get("/").header("authorization", "Bearer s3cret").body(())?;
/// let refused = service.oneshot(request).await?;
/// assert_eq!(
///     refused.headers()[WWW_AUTHENTICATE],
///     r#"Bearer realm="bank", error="insufficient_user_authentication", acr_values="phr mfa", max_age="300""#,
/// );
/// assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
///
/// [RFC 9470 §3]: https://www.rfc-editor.org/rfc/rfc9470#section-3
#[must_use]
pub fn login(login: Login) -> ByLogin {
    ByLogin {
        login,
        clock: Clock::system(),
        leeway: LEEWAY,
    }
}

/// See [`login`].
#[derive(Clone)]
pub struct ByLogin {
    login: Login,
    clock: Clock,
    leeway: Duration,
}

impl ByLogin {
    /// Takes the time from `clock`.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// How far in the future a login may lie, since clocks are apart: 60 seconds by default, 300 at
    /// most. It makes no login younger.
    #[must_use]
    pub const fn leeway(mut self, leeway: Duration) -> Self {
        self.leeway = leeway;
        self
    }

    /// Why a login is none that meets the rule. `None` for one that does.
    fn flaw(&self, principal: &impl HasLogin) -> Option<&'static str> {
        let classes = self.login.acr_values();
        if !self.login.can_be_met() || (classes.is_empty() && self.login.max_age().is_none()) {
            return Some("no login can be what the rule asks for");
        }
        let old = self
            .login
            .max_age()
            .and_then(|age| self.too_old(principal.login_time(), age));
        old.or_else(|| match principal.acr() {
            _ if classes.is_empty() => None,
            Some(acr) if classes.iter().any(|class| class == acr) => None,
            Some(_) => Some("the login is of another class"),
            None => Some("of which class the login is, nobody knows"),
        })
    }

    fn too_old(&self, login: Option<SystemTime>, oldest: Duration) -> Option<&'static str> {
        let Some(login) = login else {
            return Some("when the login was, nobody knows");
        };
        match self.clock.now().duration_since(login) {
            Ok(age) if age <= oldest => None,
            Ok(_) => Some("the login is too old"),
            Err(ahead) if ahead.duration() <= self.leeway.min(LONGEST_LEEWAY) => None,
            Err(_) => Some("the login lies in the future"),
        }
    }
}

impl<P: HasLogin> Policy<P> for ByLogin {
    fn decide(&self, access: &Access<'_, P>) -> Step<Decision> {
        let denied = || Denied::new(Remedy::login(self.login.clone()));
        Step::Now(match access.principal().map(|known| self.flaw(known)) {
            Some(None) => Decision::Allow,
            Some(Some(flaw)) => denied().reason(flaw).into(),
            None => denied().into(),
        })
    }

    fn inspect(&self, inspection: &mut Inspection) {
        let classes = self.login.acr_values();
        for class in classes.iter().filter(|class| !is_scope(class)) {
            inspection.problem(Misconfiguration::Name {
                what: "class of logins",
                given: class.clone().into_owned(),
            });
        }
        if !self.login.can_be_met() {
            inspection.problem(
                "`login` names no class that a login can be of: name one at least, and in several lists \
                 one that all share",
            );
        } else if classes.is_empty() && self.login.max_age().is_none() {
            inspection
                .problem("`login` asks for nothing: say how old a login may be, or of which class");
        } else if classes.iter().all(|class| is_scope(class)) && !fit(&classes.join(" ")) {
            inspection.problem("`login` names more classes than a challenge holds: name fewer");
        }
        if self.login.max_age().is_some_and(|age| age.as_secs() == 0) {
            inspection.problem(
                "the age of `login` is under a second: no login is as fresh once its token is here",
            );
        }
        if self.leeway > LONGEST_LEEWAY {
            inspection.problem("the leeway of `login` is over 300 seconds: set the clocks instead");
        }
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let age = self.login.max_age();
        let age = age.map(|age| format!("not_older_than({age:?})"));
        let classes = self.login.acr_values();
        let classes = (!classes.is_empty()).then(|| {
            let given: Vec<_> = classes.iter().map(|acr| Given(acr).to_string()).collect();
            format!("one_of({})", given.join(", "))
        });
        call(f, "login", age.into_iter().chain(classes))
    }
}

/// Whether these classes can be told in a challenge.
fn fit(classes: &str) -> bool {
    let challenge = Challenge::new("Bearer", "realm");
    classes.is_empty() || challenge.is_ok_and(|plain| plain.with("acr_values", classes).is_ok())
}
