//! How much work a hash is.

use super::error::HashError;

/// The most memory that one hash may take: 256 MiB.
const MOST_MEMORY: u64 = 256 * 1024 * 1024;
const MOST_PASSES: u64 = 10;
pub(super) const MOST_LANES: u64 = 4;

/// How much work a hash of Argon2id is ([RFC 9106]).
///
/// The default is 19 MiB, two passes, one lane: the least that OWASP advises, and 10 to 20 ms. Take
/// more where your machines can bear it: memory first. Each [worker](super::Pool::new) needs that
/// memory while it hashes.
///
/// ```
/// use tower_auth::password::Parameters;
///
/// let dearer = Parameters::new(64 * 1024, 3, 1)?;
/// assert_eq!(
///     Parameters::new(1024 * 1024, 3, 1).unwrap_err().to_string(),
///     "`m` is `1048576`: let it be 8 to 262144",
/// );
/// # let _ = dearer;
/// # Ok::<_, tower_auth::password::HashError>(())
/// ```
///
/// [RFC 9106]: https://www.rfc-editor.org/rfc/rfc9106
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameters {
    memory: u32,
    passes: u32,
    lanes: u32,
}

impl Parameters {
    /// So many KiB of memory (`m`), passes over it (`t`) and lanes in it (`p`). Lanes are worked off
    /// one after the other.
    ///
    /// # Errors
    ///
    /// More than 256 MiB, 10 passes or 4 lanes; none of them; or less than 8 KiB for each lane.
    pub fn new(memory: u32, passes: u32, lanes: u32) -> Result<Self, HashError> {
        within("p", lanes.into(), 1, MOST_LANES)?;
        within("t", passes.into(), 1, MOST_PASSES)?;
        let least = 8 * u64::from(lanes);
        within("m", memory.into(), least, MOST_MEMORY / 1024)?;
        Ok(Self {
            memory,
            passes,
            lanes,
        })
    }

    /// The memory, in KiB.
    #[must_use]
    pub const fn memory(self) -> u32 {
        self.memory
    }

    /// How many passes are made over it.
    #[must_use]
    pub const fn passes(self) -> u32 {
        self.passes
    }

    /// How many lanes it is divided into.
    #[must_use]
    pub const fn lanes(self) -> u32 {
        self.lanes
    }
}

impl Default for Parameters {
    fn default() -> Self {
        Self {
            memory: 19 * 1024,
            passes: 2,
            lanes: 1,
        }
    }
}

/// An error, if `given` is less or more than it may be.
pub(super) const fn within(
    parameter: &'static str,
    given: u64,
    least: u64,
    most: u64,
) -> Result<(), HashError> {
    if given < least || most < given {
        return Err(HashError::Limit {
            parameter,
            given,
            least,
            most,
        });
    }
    Ok(())
}
