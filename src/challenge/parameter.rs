//! One `name="value"` of a challenge.

/// One parameter of a challenge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Parameter {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) form: Form,
}

/// How a value is written. Most definitions leave both to the sender; some insist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `name="value"`.
    Quoted,
    /// `name=value`.
    Token,
}
