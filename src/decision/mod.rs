//! What a policy answers.
//!
//! | file | what lives there |
//! |---|---|
//! | `value` | [`Decision`] |
//! | `denied` | [`Denied`]: a refusal that may be told |
//! | `hidden` | [`Hidden`]: a refusal that may not |
//! | `needs_login` | [`NeedsLogin`]: one that a login would change |
//! | `remedy` | [`Remedy`]: what would change a denial |
//! | `unavailable` | [`Unavailable`]: our own fault |
//! | `combine` | how two decisions become one |
//! | `into` | what else a closure may answer |

mod combine;
mod denied;
mod hidden;
mod into;
mod needs_login;
mod remedy;
mod unavailable;
mod value;

pub use self::denied::Denied;
pub use self::hidden::Hidden;
pub use self::into::IntoDecision;
pub use self::needs_login::NeedsLogin;
pub use self::remedy::{Login, Missing, Remedy};
pub use self::unavailable::Unavailable;
pub use self::value::Decision;
