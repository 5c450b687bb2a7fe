//! Who issues tokens, for whom, and how they are to look.

use std::{borrow::Cow, collections::BTreeSet, fmt, sync::Arc};

use crate::{
    decision::Unavailable, fault::Fault, grammar::is_unfit, inspect::Inspection, step::Step,
};

use super::{
    claims::Claims,
    header::{Header, media_type},
    key_set::{KeySet, KeySource},
};

/// The media type of access tokens (RFC 9068 §2.1), without `application/`.
const ACCESS_TOKEN: &str = "at+jwt";

/// An issuer that is trusted: its identifier, the audience that its tokens must be for, and its keys,
/// which are nobody else's ([RFC 8725 §3.8], [§3.9]). None of them can be left out.
///
/// Tokens are access tokens ([RFC 9068]) unless [`token_types`](Self::token_types) says otherwise.
///
/// [RFC 8725 §3.8]: https://www.rfc-editor.org/rfc/rfc8725#section-3.8
/// [§3.9]: https://www.rfc-editor.org/rfc/rfc8725#section-3.9
/// [RFC 9068]: https://www.rfc-editor.org/rfc/rfc9068
#[derive(Clone)]
pub struct Issuer {
    identifier: String,
    audiences: BTreeSet<String>,
    keys: Arc<dyn KeySource>,
    types: Vec<String>,
    untyped: bool,
    strict: bool,
}

impl Issuer {
    /// An issuer. `identifier` is what its tokens hold in `iss`, `audience` what they hold in `aud`
    /// where they are for this service; both are compared letter by letter.
    pub fn new(
        identifier: impl Into<String>,
        audience: impl Into<String>,
        keys: impl KeySource,
    ) -> Self {
        Self {
            identifier: identifier.into(),
            audiences: BTreeSet::from([audience.into()]),
            keys: keys.shared(),
            types: vec![ACCESS_TOKEN.to_owned()],
            untyped: false,
            strict: false,
        }
    }

    /// Takes tokens for this audience, too.
    #[must_use]
    pub fn also_for(mut self, audience: impl Into<String>) -> Self {
        self.audiences.insert(audience.into());
        self
    }

    /// Takes tokens of these types, by their header's `typ`, and no others: `["at+jwt", "JWT"]` for an
    /// issuer that writes `JWT`. Letters may be large or small, and `application/` may stand before.
    ///
    /// Name `JWT` only where no other kind of token, such as an ID token, of the issuer holds the same
    /// audience ([RFC 8725 §3.12](https://www.rfc-editor.org/rfc/rfc8725#section-3.12)).
    #[must_use]
    pub fn token_types<T: Into<String>>(mut self, types: impl IntoIterator<Item = T>) -> Self {
        self.types = types.into_iter().map(Into::into).collect();
        self
    }

    /// Takes tokens without a `typ`, too. As with `JWT`: only where the audience tells other kinds of
    /// tokens apart.
    #[must_use]
    pub const fn or_untyped(mut self) -> Self {
        self.untyped = true;
        self
    }

    /// Takes only tokens that hold all that [RFC 9068 §2.2] requires: `client_id`, `iat` and `jti`, none empty,
    /// besides what every token has to hold (`iss`, `aud`, `exp`, `sub`).
    ///
    /// [RFC 9068 §2.2]: https://www.rfc-editor.org/rfc/rfc9068#section-2.2
    #[must_use]
    pub const fn strict(mut self) -> Self {
        self.strict = true;
        self
    }

    pub(super) fn identifier(&self) -> &str {
        &self.identifier
    }

    pub(super) fn keys(&self, kid: Option<&str>) -> Step<Result<KeySet, Unavailable>> {
        self.keys.keys(kid)
    }

    pub(super) fn is_type(&self, header: &Header<'_>) -> bool {
        match &header.typ {
            Some(typ) => {
                let typ = media_type(typ);
                let mut types = self.types.iter();
                types.any(|one| media_type(one).eq_ignore_ascii_case(typ))
            }
            None => self.untyped,
        }
    }

    /// Whether a token that is this issuer's is for this service. When it is true is another question.
    pub(super) fn judge(&self, claims: &Claims<'_>) -> Result<(), Fault> {
        let Some(audience) = &claims.audience else {
            return Err(Fault::BadClaims);
        };
        if !audience.iter().any(|one| self.audiences.contains(&**one)) {
            return Err(Fault::WrongAudience);
        }
        let named =
            |claim: &Option<Cow<'_, str>>| claim.as_ref().is_some_and(|name| !name.is_empty());
        let profile = [&claims.client, &claims.token_id];
        let complete = profile.into_iter().all(named) && claims.issued_at.is_some();
        if !named(&claims.subject) || (self.strict && !complete) {
            return Err(Fault::BadClaims);
        }
        let mut texts = [
            &claims.subject,
            &claims.client,
            &claims.token_id,
            &claims.session,
        ]
        .into_iter()
        .flatten();
        if texts.any(|text| text.contains(is_unfit)) {
            return Err(Fault::BadClaims);
        }
        Ok(())
    }

    pub(super) fn inspect(&self, inspection: &mut Inspection) {
        let name = self.identifier.escape_debug();
        if self.identifier.is_empty() {
            inspection.problem("an issuer has no identifier: name what its tokens hold in `iss`");
        }
        if self.audiences.contains("") {
            inspection.problem(format!(
                "an audience of the issuer `{name}` is empty: name what its tokens hold in `aud`"
            ));
        }
        if self.types.iter().any(String::is_empty) || (self.types.is_empty() && !self.untyped) {
            inspection.problem(format!(
                "a type of the tokens of `{name}` is empty: name what their header holds in `typ`, \
                 or take tokens without one by `or_untyped`"
            ));
        }
        let others = self.keys.issuer().filter(|other| *other != self.identifier);
        if let Some(other) = others {
            inspection.problem(format!(
                "the keys of the issuer `{name}` are those of `{}`: name the same issuer for both",
                other.escape_debug()
            ));
        }
        if self.keys.known() == Some(0) {
            inspection.problem(format!(
                "the issuer `{name}` has no keys: every token of its would be refused"
            ));
        }
    }
}

impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issuer")
            .field("identifier", &self.identifier)
            .field("audiences", &self.audiences)
            .field("types", &self.types)
            .field("untyped", &self.untyped)
            .field("strict", &self.strict)
            .finish_non_exhaustive()
    }
}
