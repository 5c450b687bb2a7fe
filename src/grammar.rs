//! The words that fields of HTTP are made of (RFC 9110 §5.6 and §11.2).

/// Whether `byte` may stand in a token of RFC 9110 §5.6.2.
pub(crate) const fn is_tchar(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'!' | b'#'
                | b'$'
                | b'%'
                | b'&'
                | b'\''
                | b'*'
                | b'+'
                | b'-'
                | b'.'
                | b'^'
                | b'_'
                | b'`'
                | b'|'
                | b'~'
        )
}

/// Whether `text` is a token of RFC 9110 §5.6.2.
pub(crate) fn is_token(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(|&byte| is_tchar(byte))
}

/// Whether `byte` is the whitespace of RFC 9110 §5.6.3.
pub(crate) const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// How long the token68 of RFC 9110 §11.2 is that `text` begins with. 0 if with none.
pub(crate) fn token68_length(text: &[u8]) -> usize {
    let body = text
        .iter()
        .take_while(|&&byte| is_token68_char(byte))
        .count();
    if body == 0 {
        return 0;
    }
    body + text
        .iter()
        .skip(body)
        .take_while(|&&byte| byte == b'=')
        .count()
}

/// Whether `text` is a token68 of RFC 9110 §11.2, which is also the b64token of RFC 6750 §2.1.
pub(crate) fn is_token68(text: &[u8]) -> bool {
    let padding = text.iter().rev().take_while(|&&byte| byte == b'=').count();
    let body = text.iter().take(text.len() - padding);
    // Looked at to the end: many bytes at once are seen then, and tokens are long.
    body.len() > 0 && body.fold(true, |fit, &byte| fit & is_token68_char(byte))
}

const fn is_token68_char(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/')
}

/// Whether `character` may not stand in a name or a password: control characters (RFC 7617 §2),
/// and those that make a name look like another or a log line like two.
pub(crate) fn is_unfit(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{061C}'
                | '\u{200E}'
                | '\u{200F}'
                | '\u{2028}'
                | '\u{2029}'
                | '\u{202A}'..='\u{202E}'
                | '\u{2066}'..='\u{2069}'
                | '\u{FEFF}'
        )
}
