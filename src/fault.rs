//! What is wrong with a token that says so itself.

/// What is wrong with a token, as its verifier found: a word of a closed set, for the log and,
/// less closely, for the caller. It holds no piece of the token.
///
/// Verifiers of tokens that say what they are for and how long they are true give it, such as those
/// of JWTs. [`Bearer`](crate::scheme::Bearer) tells it as `error_description`
/// ([RFC 6750 §3](https://www.rfc-editor.org/rfc/rfc6750#section-3)).
///
/// ```
/// use tower_auth::Fault;
///
/// assert_eq!(Fault::Expired.as_str(), "expired");
/// assert_eq!(Fault::Expired.description(), "the token has expired");
/// // Whoever guesses is not told how near they came.
/// assert_eq!(Fault::BadSignature.description(), Fault::UnknownIssuer.description());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// It cannot be read.
    Malformed,
    /// It is a token of another type: one that tells a client who logged in, for example.
    WrongType,
    /// It is of an issuer that is not trusted here.
    UnknownIssuer,
    /// No key of its issuer fits it.
    UnknownKey,
    /// Its signature is not its issuer's.
    BadSignature,
    /// It lacks a claim, or holds one that is malformed.
    BadClaims,
    /// It is for others.
    WrongAudience,
    /// It is not true any more.
    Expired,
    /// It is not true yet.
    NotYetValid,
    /// It is bound to a key or a certificate, and was sent without proof of it.
    SenderConstrained,
    /// It was taken back.
    Revoked,
}

impl Fault {
    /// All of them, each at the place that it has as a number.
    pub(crate) const ALL: [Self; 11] = [
        Self::Malformed,
        Self::WrongType,
        Self::UnknownIssuer,
        Self::UnknownKey,
        Self::BadSignature,
        Self::BadClaims,
        Self::WrongAudience,
        Self::Expired,
        Self::NotYetValid,
        Self::SenderConstrained,
        Self::Revoked,
    ];

    /// The fault as a word, for logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Malformed => "malformed_token",
            Self::WrongType => "wrong_type",
            Self::UnknownIssuer => "unknown_issuer",
            Self::UnknownKey => "unknown_key",
            Self::BadSignature => "bad_signature",
            Self::BadClaims => "bad_claims",
            Self::WrongAudience => "wrong_audience",
            Self::Expired => "expired",
            Self::NotYetValid => "not_yet_valid",
            Self::SenderConstrained => "sender_constrained",
            Self::Revoked => "revoked",
        }
    }

    /// What the caller is told. Of a token that is not an issuer's of ours, only that.
    #[must_use]
    pub const fn description(self) -> &'static str {
        match self {
            Self::Malformed => "the token is malformed",
            Self::WrongType => "the token is of another type",
            Self::UnknownIssuer | Self::UnknownKey | Self::BadSignature => {
                "the token is not trusted here"
            }
            Self::BadClaims => "the token lacks a claim or holds one that is malformed",
            Self::WrongAudience => "the token is for another audience",
            Self::Expired => "the token has expired",
            Self::NotYetValid => "the token is not valid yet",
            Self::SenderConstrained => "the token is bound to a key and came without proof of it",
            Self::Revoked => "the token has been revoked",
        }
    }

    /// Whether somebody may have guessed: what a throttle counts. The others were true tokens once,
    /// or none that anybody could take for one.
    #[cfg(feature = "throttle")]
    pub(crate) const fn is_guess(self) -> bool {
        match self {
            Self::UnknownIssuer | Self::UnknownKey | Self::BadSignature | Self::Revoked => true,
            Self::Malformed
            | Self::WrongType
            | Self::BadClaims
            | Self::WrongAudience
            | Self::Expired
            | Self::NotYetValid
            | Self::SenderConstrained => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Fault;

    #[test]
    fn every_fault_stands_at_its_place() {
        for (place, fault) in Fault::ALL.into_iter().enumerate() {
            assert_eq!(fault as usize, place);
        }
        assert_eq!(Fault::Revoked as usize + 1, Fault::ALL.len());
    }
}
