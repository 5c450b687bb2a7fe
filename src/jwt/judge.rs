//! Whether a token is true, once the keys of its issuer are known.

use std::sync::Arc;

use crate::{
    decision::Unavailable, fault::Fault, secret::Secret, step::Step, trace, verify::Verdict,
};

use super::{
    backend::Backend, compact::Compact, issuer::Issuer, key_set::KeySet, revocations::Revocations,
    standard::MALFORMED, times::Times, token::Token, token_ids::TokenIds,
};

/// How many keys are tried with a token that does not say which of them signed it.
const MOST_TRIED: usize = 8;

/// Reads the application's principal from claims.
pub(super) type Read<C> = Arc<dyn Fn(&[u8]) -> serde_json::Result<C> + Send + Sync>;

/// What does not change from token to token.
pub(super) struct Judge<C> {
    pub(super) backend: Option<Backend>,
    pub(super) times: Times,
    pub(super) read: Read<C>,
    pub(super) revocations: Option<Arc<dyn Revocations>>,
}

impl<C: Send + 'static> Judge<C> {
    /// The last word on a token of `issuer`.
    pub(super) fn conclude(
        &self,
        token: &Token<'_>,
        issuer: &Issuer,
        keys: Result<KeySet, Unavailable>,
    ) -> Step<Verdict<C>> {
        match keys.map(|keys| self.prove(token, issuer, &keys)) {
            Ok(Ok(principal)) => self.unless_revoked(token, principal),
            Ok(Err(fault)) => Step::Now(Verdict::Faulty(fault)),
            Err(unavailable) => Step::Now(Verdict::Unavailable(unavailable)),
        }
    }

    /// Asked last, about tokens that are true otherwise: what nobody issued is no question to a store.
    fn unless_revoked(&self, token: &Token<'_>, principal: C) -> Step<Verdict<C>> {
        let Some(revocations) = &self.revocations else {
            return Step::Now(Verdict::Verified(principal));
        };
        let Some(ids) = TokenIds::of(&token.claims) else {
            return Step::Now(Verdict::Faulty(Fault::BadClaims));
        };
        let answer = revocations.is_revoked(&ids);
        answer.map(move |is_revoked| match is_revoked {
            Ok(false) => Verdict::Verified(principal),
            Ok(true) => Verdict::Faulty(Fault::Revoked),
            Err(unavailable) => Verdict::Unavailable(unavailable),
        })
    }

    /// The same for a token that had to wait, and of which only the text was kept.
    pub(super) async fn read_and_conclude(
        &self,
        secret: &Secret<'static>,
        issuer: &Issuer,
        keys: Result<KeySet, Unavailable>,
    ) -> Verdict<C> {
        let step = Compact::read(secret.expose()).and_then(|compact| {
            let token = Token::read(&compact)?;
            Ok(self.conclude(&token, issuer, keys))
        });
        match step {
            Ok(step) => step.wait().await,
            Err(fault) => Verdict::Faulty(fault),
        }
    }

    fn prove(&self, token: &Token<'_>, issuer: &Issuer, keys: &KeySet) -> Result<C, Fault> {
        // First, so that a forger learns nothing of types, audiences and times, nor whose tokens are taken.
        self.is_signed(token, keys)?;
        if !issuer.is_type(&token.header) {
            return Err(Fault::WrongType);
        }
        issuer.judge(&token.claims)?;
        self.times.judge(&token.claims)?;
        if token.claims.bound {
            return Err(Fault::SenderConstrained);
        }
        (self.read)(&token.compact.payload).map_err(|error| {
            trace::claims_not_read(|| told(&error));
            Fault::BadClaims
        })
    }

    fn is_signed(&self, token: &Token<'_>, keys: &KeySet) -> Result<(), Fault> {
        let Some(backend) = self.backend else {
            return Err(Fault::UnknownKey);
        };
        let fitting = keys.fitting(token.algorithm, token.header.kid.as_deref());
        let (message, signature) = (token.compact.message, &token.compact.signature);
        let mut why = Fault::UnknownKey;
        for key in fitting.take(MOST_TRIED) {
            if key.has_signed(backend, message, signature) {
                return Ok(());
            }
            why = Fault::BadSignature;
        }
        Err(why)
    }
}

impl<C> Clone for Judge<C> {
    fn clone(&self) -> Self {
        Self {
            backend: self.backend,
            times: self.times.clone(),
            read: Arc::clone(&self.read),
            revocations: self.revocations.clone(),
        }
    }
}

/// What serde says of claims where that is the name of one, and else only where it stands: values are nobody's to log.
fn told(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let of_ours = |text: &str| {
        let (_, rest) = text.strip_prefix('`')?.split_once("` ")?;
        Some(rest == MALFORMED)
    };
    if text.starts_with("missing field `") || of_ours(&text) == Some(true) {
        return text;
    }
    let (line, column) = (error.line(), error.column());
    format!("a claim is malformed at line {line} column {column}")
}
