//! Bytes that nobody can guess.

use super::error::HashError;

/// So many bytes from the system.
pub(super) fn random<const N: usize>() -> Result<[u8; N], HashError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| HashError::NoRandomness)?;
    Ok(bytes)
}
