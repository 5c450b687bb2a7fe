//! One secret, or one user-id with its password.

use crate::{
    credentials::BasicCredentials,
    inspect::{Inspection, Misconfiguration},
    secret::{Secret, SecretDigest},
    step::Step,
};

use super::contract::{IntoVerdict as _, Verdict, Verify};

/// One secret, compared in constant time. Only its SHA-256 digest is kept.
///
/// Made by [`Bearer::fixed`](crate::scheme::Bearer::fixed) and
/// [`ApiKey::fixed`](crate::scheme::ApiKey::fixed).
pub struct FixedSecret<P> {
    secret: SecretDigest,
    empty: bool,
    principal: P,
}

impl<P> FixedSecret<P> {
    /// Whoever presents `secret` is `principal`.
    pub fn new<'a>(secret: impl Into<Secret<'a>>, principal: P) -> Self {
        let secret = secret.into();
        Self {
            secret: secret.digest(),
            empty: secret.expose().is_empty(),
            principal,
        }
    }
}

impl<P: Clone + Send + Sync + 'static> Verify<Secret<'_>> for FixedSecret<P> {
    type Principal = P;

    fn verify(&self, secret: Secret<'_>) -> Step<Verdict<P>> {
        let proven = self.secret.matches(&secret.digest());
        let principal = proven.then(|| self.principal.clone());
        Step::Now(principal.into_verdict())
    }

    fn inspect(&self, inspection: &mut Inspection, scheme: &'static str) {
        if self.empty {
            inspection.problem(Misconfiguration::EmptySecret(scheme));
        }
    }
}

/// One user-id with its password, compared in constant time. Only their SHA-256 digests are kept.
///
/// Made by [`Basic::fixed`](crate::scheme::Basic::fixed).
pub struct FixedUser<P> {
    user_id: SecretDigest,
    password: FixedSecret<P>,
}

impl<P> FixedUser<P> {
    /// Whoever presents `user_id` with `password` is `principal`.
    pub fn new<'a>(user_id: &str, password: impl Into<Secret<'a>>, principal: P) -> Self {
        Self {
            user_id: Secret::from(user_id).digest(),
            password: FixedSecret::new(password, principal),
        }
    }
}

impl<P: Clone + Send + Sync + 'static> Verify<BasicCredentials<'_>> for FixedUser<P> {
    type Principal = P;

    fn verify(&self, credentials: BasicCredentials<'_>) -> Step<Verdict<P>> {
        let user_id = Secret::from(credentials.user_id()).digest();
        // Both are compared, whatever the first comparison says.
        let known = self.user_id.matches(&user_id);
        let proven = self
            .password
            .secret
            .matches(&credentials.password().digest());
        let principal = (known & proven).then(|| self.password.principal.clone());
        Step::Now(principal.into_verdict())
    }

    fn inspect(&self, inspection: &mut Inspection, scheme: &'static str) {
        self.password.inspect(inspection, scheme);
    }
}
