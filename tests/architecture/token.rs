//! Rust source as tokens, without comments and without what is compiled for tests only.

/// A word, a number, a sign (`::` is one), or a literal, whose text is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) line: usize,
    pub(crate) text: String,
}

impl Token {
    pub(crate) fn is(&self, text: &str) -> bool {
        self.text == text
    }

    pub(crate) fn is_word(&self) -> bool {
        self.text
            .starts_with(|first: char| first.is_alphabetic() || first == '_')
    }
}

/// Whether the tokens at `place` are these.
pub(crate) fn matches_at(tokens: &[Token], place: usize, texts: &[&str]) -> bool {
    let there = tokens.iter().skip(place);
    there
        .zip(texts)
        .filter(|(token, text)| token.is(text))
        .count()
        == texts.len()
}

/// Where the bracket that opens at `open` closes.
pub(crate) fn closing(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0_usize;
    for (place, token) in tokens.iter().enumerate().skip(open) {
        match token.text.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => {
                depth -= 1;
                if depth == 0 {
                    return place;
                }
            }
            _ => {}
        }
    }
    tokens.len()
}

/// The tokens of a file, and the names of the modules in other files that are for tests only.
pub(crate) fn read(text: &str) -> (Vec<Token>, Vec<String>) {
    let mut tokens = scan(text);
    let mut modules = Vec::new();
    let mut place = 0;
    while place < tokens.len() {
        if matches_at(&tokens, place, &["#", "!", "["]) && is_for_tests(&tokens, place + 2) {
            tokens.clear();
        } else if matches_at(&tokens, place, &["#", "["]) && is_for_tests(&tokens, place + 1) {
            let end = end_of_item(&tokens, closing(&tokens, place + 1) + 1);
            let item: Vec<Token> = tokens.drain(place..end).collect();
            if let [.., module, name, semicolon] = item.as_slice()
                && module.is("mod")
                && semicolon.is(";")
            {
                modules.push(name.text.clone());
            }
        } else {
            place += 1;
        }
    }
    (tokens, modules)
}

/// Whether the attribute whose bracket opens at `open` is a `cfg` that asks for tests.
fn is_for_tests(tokens: &[Token], open: usize) -> bool {
    let attribute = tokens.get(open..closing(tokens, open)).unwrap_or_default();
    attribute.get(1).is_some_and(|name| name.is("cfg"))
        && attribute.iter().any(|token| token.is("test"))
        && !attribute
            .iter()
            .any(|token| token.is("not") || token.is("any"))
}

/// Behind the item that begins at `place`: behind its `;`, or behind its braces.
fn end_of_item(tokens: &[Token], mut place: usize) -> usize {
    while matches_at(tokens, place, &["#", "["]) {
        place = closing(tokens, place + 1) + 1;
    }
    let mut ends_at_semicolon = false;
    while let Some(token) = tokens.get(place) {
        match token.text.as_str() {
            "use" | "const" | "static" | "type" => ends_at_semicolon = true,
            "fn" | "impl" | "mod" => ends_at_semicolon = false,
            ";" => return place + 1,
            "(" | "[" => place = closing(tokens, place),
            "{" => {
                place = closing(tokens, place);
                if !ends_at_semicolon {
                    return place + 1;
                }
            }
            _ => {}
        }
        place += 1;
    }
    tokens.len()
}

fn scan(text: &str) -> Vec<Token> {
    let mut scanner = Scanner {
        chars: text.chars().collect(),
        place: 0,
        line: 1,
    };
    let mut tokens = Vec::new();
    while let Some(first) = scanner.peek(0) {
        let line = scanner.line;
        if let Some(text) = scanner.token(first) {
            tokens.push(Token { line, text });
        }
    }
    tokens
}

struct Scanner {
    chars: Vec<char>,
    place: usize,
    line: usize,
}

impl Scanner {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.place + ahead).copied()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek(0)?;
        self.place += 1;
        self.line += usize::from(next == '\n');
        Some(next)
    }

    fn skip(&mut self, count: usize) {
        for _ in 0..count {
            self.next();
        }
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> String {
        let mut taken = String::new();
        while let Some(next) = self.peek(0).filter(|&next| wanted(next)) {
            taken.push(next);
            self.skip(1);
        }
        taken
    }

    fn token(&mut self, first: char) -> Option<String> {
        match (first, self.peek(1)) {
            ('/', Some('/')) => {
                self.take_while(|next| next != '\n');
                None
            }
            ('/', Some('*')) => {
                self.comment();
                None
            }
            ('"', _) => {
                self.quoted('"');
                Some("\"\"".to_owned())
            }
            ('\'', _) => {
                self.quote_or_lifetime();
                None
            }
            (':', Some(':')) => {
                self.skip(2);
                Some("::".to_owned())
            }
            _ if first.is_whitespace() => {
                self.skip(1);
                None
            }
            _ if first.is_ascii_digit() => Some(self.number()),
            _ if is_part_of_word(first) => Some(self.word()),
            _ => self.next().map(String::from),
        }
    }

    fn comment(&mut self) {
        let mut depth = 0_usize;
        while let Some(next) = self.peek(0) {
            match (next, self.peek(1)) {
                ('/', Some('*')) => depth += 1,
                ('*', Some('/')) => depth -= 1,
                _ => {
                    self.skip(1);
                    continue;
                }
            }
            self.skip(2);
            if depth == 0 {
                return;
            }
        }
    }

    fn quoted(&mut self, end: char) {
        self.skip(1);
        while let Some(next) = self.next() {
            if next == '\\' {
                self.skip(1);
            } else if next == end {
                return;
            }
        }
    }

    fn quote_or_lifetime(&mut self) {
        if self.peek(1) == Some('\\') || self.peek(2) == Some('\'') {
            self.quoted('\'');
        } else {
            self.skip(1);
            self.take_while(is_part_of_word);
        }
    }

    fn number(&mut self) -> String {
        let mut number = self.take_while(is_part_of_word);
        if self.peek(0) == Some('.') && self.peek(1).is_some_and(|next| next.is_ascii_digit()) {
            self.skip(1);
            number.push('.');
            number.push_str(&self.take_while(is_part_of_word));
        }
        number
    }

    /// A word, or the literal that it is the prefix of.
    fn word(&mut self) -> String {
        let word = self.take_while(is_part_of_word);
        let left = self.chars.get(self.place..).unwrap_or_default();
        let hashes = left.iter().take_while(|&&next| next == '#').count();
        match (word.as_str(), self.peek(hashes)) {
            ("r" | "br" | "cr", Some('"')) => self.raw(hashes),
            ("r", Some(next)) if hashes == 1 && is_part_of_word(next) => {
                self.skip(1);
                return self.take_while(is_part_of_word);
            }
            ("b" | "c", Some('"')) if hashes == 0 => self.quoted('"'),
            ("b", Some('\'')) if hashes == 0 => self.quoted('\''),
            _ => return word,
        }
        "\"\"".to_owned()
    }

    fn raw(&mut self, hashes: usize) {
        self.skip(hashes + 1);
        while let Some(next) = self.next() {
            if next == '"' && (0..hashes).all(|ahead| self.peek(ahead) == Some('#')) {
                self.skip(hashes);
                return;
            }
        }
    }
}

fn is_part_of_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}
