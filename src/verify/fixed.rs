//! One secret, or one user-id with its password.

use crate::{
    credentials::BasicCredentials,
    inspect::{Inspection, Misconfiguration},
    secret::{Digest, Secret},
    step::Step,
};

use super::contract::{Verdict, Verify};

/// One fixed secret, or one user-id with its password, compared in constant time.
///
/// Only SHA-256 digests are kept. Made by [`Bearer::fixed`](crate::scheme::Bearer::fixed) and its
/// like.
pub struct Fixed<P> {
    user_id: Option<Digest>,
    secret: Digest,
    empty: bool,
    principal: P,
}

impl<P> Fixed<P> {
    /// Whoever presents `secret` is `principal`.
    pub fn secret<'a>(secret: impl Into<Secret<'a>>, principal: P) -> Self {
        let secret = secret.into();
        Self {
            user_id: None,
            secret: secret.digest(),
            empty: secret.expose().is_empty(),
            principal,
        }
    }

    /// Whoever presents `user_id` with `password` is `principal`.
    pub fn user<'a>(user_id: &str, password: impl Into<Secret<'a>>, principal: P) -> Self {
        Self {
            user_id: Some(Secret::from(user_id).digest()),
            ..Self::secret(password, principal)
        }
    }

    fn report(&self, inspection: &mut Inspection, scheme: &'static str) {
        if self.empty {
            inspection.problem(Misconfiguration::EmptySecret(scheme));
        }
    }
}

impl<P: Clone + Send + Sync + 'static> Verify<Secret<'_>> for Fixed<P> {
    type Principal = P;

    fn verify(&self, secret: Secret<'_>) -> Step<Verdict<P>> {
        let matches = self.secret.matches(&secret.digest()) && self.user_id.is_none();
        Step::Now(Ok(matches.then(|| self.principal.clone())))
    }

    fn inspect(&self, inspection: &mut Inspection, scheme: &'static str) {
        self.report(inspection, scheme);
    }
}

impl<P: Clone + Send + Sync + 'static> Verify<BasicCredentials<'_>> for Fixed<P> {
    type Principal = P;

    fn verify(&self, credentials: BasicCredentials<'_>) -> Step<Verdict<P>> {
        let user_id = Secret::from(credentials.user_id()).digest();
        let password = credentials.password().digest();
        // Both are compared, whatever the first comparison says.
        let known = self.user_id.is_some_and(|fixed| fixed.matches(&user_id));
        let proven = self.secret.matches(&password);
        Step::Now(Ok((known & proven).then(|| self.principal.clone())))
    }

    fn inspect(&self, inspection: &mut Inspection, scheme: &'static str) {
        self.report(inspection, scheme);
    }
}
