//! The house: every file of `src/`, what it declares, and what it imports.

use std::{collections::BTreeMap, fs, io, path::Path as FilePath};

use crate::{
    path::{self, Path, Place, Seen},
    token::{self, Token},
};

/// Path below the root of the crate (`src/step.rs`) to text.
pub(crate) type Tree = BTreeMap<String, String>;

/// The tree below `src/` of this crate.
pub(crate) fn source() -> io::Result<Tree> {
    let mut tree = Tree::new();
    let root = FilePath::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(root).map_err(io::Error::other)?;
                let name = name.to_string_lossy().replace('\\', "/");
                tree.insert(name, fs::read_to_string(&path)?);
            }
        }
    }
    Ok(tree)
}

pub(crate) struct House {
    pub(crate) files: BTreeMap<String, File>,
    /// Modules, inline ones too, and the file that holds them.
    modules: BTreeMap<Vec<String>, String>,
}

pub(crate) struct File {
    pub(crate) text: String,
    pub(crate) tokens: Vec<Token>,
    pub(crate) module: Vec<String>,
    pub(crate) paths: Vec<Path>,
}

/// One file needs another.
pub(crate) struct Import<'a> {
    pub(crate) from: &'a str,
    pub(crate) to: &'a str,
    pub(crate) line: usize,
    pub(crate) path: String,
}

/// Where a path leads.
pub(crate) enum Target<'a> {
    /// To an item of this file, or, without segments, to the file itself.
    Inside(&'a str, Vec<String>),
    /// To an item of this crate.
    Outside(&'a str),
}

impl File {
    /// Whether the file is the index of a room, or of the house.
    pub(crate) fn is_facade(path: &str) -> bool {
        path == "src/lib.rs" || path.ends_with("/mod.rs")
    }
}

impl House {
    pub(crate) fn new(tree: &Tree) -> Self {
        let mut house = Self {
            files: BTreeMap::new(),
            modules: BTreeMap::new(),
        };
        let mut for_tests = Vec::new();
        for (name, text) in tree {
            let (tokens, test_modules) = token::read(text);
            let (paths, inline) = path::read(&tokens);
            let module = module_of(name);
            for name in test_modules {
                for_tests.push([module.clone(), vec![name]].concat());
            }
            for inner in [Vec::new()].into_iter().chain(inline) {
                house
                    .modules
                    .insert([module.clone(), inner].concat(), name.clone());
            }
            let text = text.clone();
            house.files.insert(
                name.clone(),
                File {
                    text,
                    tokens,
                    module,
                    paths,
                },
            );
        }
        let is_test = |module: &[String]| for_tests.iter().any(|test| module.starts_with(test));
        house.files.retain(|_, file| !is_test(&file.module));
        house.modules.retain(|module, _| !is_test(module));
        house
    }

    /// Which file needs which.
    pub(crate) fn imports(&self) -> Vec<Import<'_>> {
        let mut imports = Vec::new();
        for (from, file) in &self.files {
            for path in &file.paths {
                let module = [file.module.clone(), path.inside.clone()].concat();
                if let Target::Inside(to, _) = self.resolve(&module, &path.segments)
                    && to != from
                {
                    let path_text = path.segments.join("::");
                    imports.push(Import {
                        from,
                        to,
                        line: path.line,
                        path: path_text,
                    });
                }
            }
        }
        imports
    }

    /// The crates that a file uses, and the lines on which it does. Names of its own that look
    /// like a crate, such as `Self` in `Self::new`, are among them.
    pub(crate) fn crates<'a>(&'a self, file: &'a File) -> impl Iterator<Item = (&'a str, usize)> {
        file.paths.iter().filter_map(|path| {
            let module = [file.module.clone(), path.inside.clone()].concat();
            match self.resolve(&module, &path.segments) {
                Target::Inside(..) => None,
                Target::Outside(name) => Some((name, path.line)),
            }
        })
    }

    /// Where a path that stands in `module` leads.
    pub(crate) fn resolve<'a>(&'a self, module: &[String], segments: &'a [String]) -> Target<'a> {
        let mut base = module.to_vec();
        let mut rest = segments;
        match segments.first().map(String::as_str) {
            Some("crate") => {
                base.clear();
                rest = &segments[1..];
            }
            Some("self" | "super") => {
                while let Some((first, others)) = rest.split_first() {
                    match first.as_str() {
                        "self" => {}
                        "super" => drop(base.pop()),
                        _ => break,
                    }
                    rest = others;
                }
            }
            Some(first) => {
                base.push(first.to_owned());
                if !self.modules.contains_key(&base) {
                    return Target::Outside(first);
                }
                rest = &segments[1..];
            }
            None => {}
        }
        base.extend_from_slice(rest);
        self.locate(&base, 0)
    }

    /// Finds what an absolute path names, through the facades that list it.
    fn locate(&self, path: &[String], depth: usize) -> Target<'_> {
        let mut known = 0;
        while known < path.len() && self.modules.contains_key(&path[..=known]) {
            known += 1;
        }
        // Where a facade lists an item that is called like its module, the item is meant.
        let shared = known == path.len() && known > 0;
        for known in if shared {
            known - 1..=known
        } else {
            known..=known
        } {
            let (module, item) = path.split_at(known);
            if let Some(target) = self.listed(module, item, depth) {
                return target;
            }
        }
        let (module, item) = path.split_at(known);
        let file = self
            .modules
            .get(module)
            .map_or("src/lib.rs", String::as_str);
        Target::Inside(file, item.to_vec())
    }

    /// Where the facade of `module` says that `item` is.
    fn listed(&self, module: &[String], item: &[String], depth: usize) -> Option<Target<'_>> {
        let (first, rest) = item.split_first()?;
        let name = self.modules.get(module)?;
        let file = self.files.get(name)?;
        if depth > 16 || !File::is_facade(name) || file.module != module {
            return None;
        }
        let listed = file.paths.iter().find(|path| {
            let called_so = matches!(&path.place, Place::Use { name, .. } if name == first);
            called_so && path.inside.is_empty()
        })?;
        Some(match self.resolve_listed(module, &listed.segments, rest) {
            Some(path) if path == [module, item].concat() => return None,
            Some(path) => self.locate(&path, depth + 1),
            None => Target::Outside(&listed.segments[0]),
        })
    }

    /// The absolute path of what a facade lists, if it is of this crate.
    fn resolve_listed(
        &self,
        module: &[String],
        listed: &[String],
        rest: &[String],
    ) -> Option<Vec<String>> {
        let (first, others) = listed.split_first()?;
        let base = match first.as_str() {
            "crate" => Vec::new(),
            "self" => module.to_vec(),
            "super" => module.split_last()?.1.to_vec(),
            _ => {
                let child = [module, std::slice::from_ref(first)].concat();
                self.modules.contains_key(&child).then_some(child)?
            }
        };
        Some([&base, others, rest].concat())
    }

    /// Every item that users of the crate can name: the public path, and the item itself.
    pub(crate) fn public_paths(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        self.list_public(&[], "tower_auth", &mut found, 0);
        found
    }

    fn list_public(
        &self,
        module: &[String],
        shown: &str,
        found: &mut Vec<(String, String)>,
        depth: usize,
    ) {
        let Some(name) = self.modules.get(module) else {
            return;
        };
        let Some(file) = self.files.get(name).filter(|_| depth < 16) else {
            return;
        };
        for (keyword, item) in public_items(&file.tokens) {
            let inner = [module, std::slice::from_ref(&item)].concat();
            let shown = format!("{shown}::{item}");
            if keyword == "mod" {
                self.list_public(&inner, &shown, found, depth + 1);
            } else {
                found.push((shown, inner.join("::")));
            }
        }
        for path in &file.paths {
            let Place::Use {
                name,
                seen: Seen::ByAll,
            } = &path.place
            else {
                continue;
            };
            let module = [file.module.clone(), path.inside.clone()].concat();
            let shown = format!("{shown}::{name}");
            match self.resolve(&module, &path.segments) {
                Target::Outside(_) => found.push((shown, path.segments.join("::"))),
                Target::Inside(file, item) => {
                    let inner = [self.files[file].module.clone(), item.clone()].concat();
                    if item.is_empty() {
                        self.list_public(&inner, &shown, found, depth + 1);
                    } else {
                        found.push((shown, inner.join("::")));
                    }
                }
            }
        }
    }
}

/// The room that a file belongs to: `scheme` for `src/scheme/basic.rs`.
pub(crate) fn room(path: &str) -> &str {
    let below = path.strip_prefix("src/").unwrap_or(path);
    let room = below.split('/').next().unwrap_or(below);
    room.strip_suffix(".rs").unwrap_or(room)
}

fn module_of(path: &str) -> Vec<String> {
    let below = path.strip_prefix("src/").unwrap_or(path);
    let below = below.strip_suffix(".rs").unwrap_or(below);
    let mut module: Vec<String> = below.split('/').map(str::to_owned).collect();
    if module.last().is_some_and(|last| last == "mod") || below == "lib" {
        module.pop();
    }
    module
}

/// The items at the top of a file that are public, with their keywords.
fn public_items(tokens: &[Token]) -> Vec<(String, String)> {
    const KEYWORDS: [&str; 9] = [
        "struct", "enum", "union", "trait", "fn", "type", "const", "static", "mod",
    ];
    const BEFORE: [&str; 5] = ["unsafe", "async", "extern", "\"\"", "const"];
    let mut items = Vec::new();
    let mut place = 0;
    while let Some(token) = tokens.get(place) {
        if matches!(token.text.as_str(), "(" | "[" | "{") {
            place = token::closing(tokens, place);
        } else if token.is("pub") {
            let mut keyword = place + 1;
            while tokens
                .get(keyword)
                .is_some_and(|token| BEFORE.contains(&token.text.as_str()))
                && tokens.get(keyword + 1).is_some_and(|next| {
                    KEYWORDS.contains(&next.text.as_str()) || BEFORE.contains(&next.text.as_str())
                })
            {
                keyword += 1;
            }
            if let [word, name, ..] = &tokens[keyword.min(tokens.len())..]
                && KEYWORDS.contains(&word.text.as_str())
            {
                items.push((word.text.clone(), name.text.clone()));
            }
        }
        place += 1;
    }
    items
}
