//! What a scheme around another leaves to it.

/// Leaves all of [`Scheme`](super::Scheme) but `Principal` and `attempt` to the scheme within. What
/// `inspects` names is inspected too.
macro_rules! forward {
    ($self:ident => $scheme:expr $(, inspects $also:expr)?) => {
        fn name(&$self) -> &'static str {
            $scheme.name()
        }

        fn carrier(&$self) -> Carrier {
            $scheme.carrier()
        }

        fn is_presented(&$self, presented: &Presented<'_>) -> bool {
            $scheme.is_presented(presented)
        }

        fn account(&$self, presented: &Presented<'_>) -> Option<String> {
            $scheme.account(presented)
        }

        fn malformed(&$self) -> Rejection {
            $scheme.malformed()
        }

        fn challenge(&$self, ask: Ask<'_>) -> Option<Challenge> {
            $scheme.challenge(ask)
        }

        fn varies_by(&$self) -> Option<HeaderName> {
            $scheme.varies_by()
        }

        fn redact(&$self, head: &mut Parts, how: Redact) {
            $scheme.redact(head, how);
        }

        fn inspect(&$self, inspection: &mut Inspection) {
            $scheme.inspect(inspection);
            $($also.inspect(inspection);)?
        }
    };
}

pub(super) use forward;
