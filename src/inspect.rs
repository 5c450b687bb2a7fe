//! What is looked at before the first request, and what can be wrong with it.

use std::{
    borrow::Cow,
    error::Error,
    fmt::{self, Write as _},
};

use crate::challenge::ChallengeError;

/// What schemes, verifiers and policies report of themselves when a layer is built.
///
/// ```
/// use tower_auth::{AuthLayer, policy, scheme::Bearer};
///
/// let error = AuthLayer::<_, Vec<u8>>::new(Bearer::fixed("", "s3cret", "the robot"), policy::anyone())
///     .build_with(Vec::from)
///     .unwrap_err();
/// assert_eq!(error.to_string(), "the realm of `Bearer` is empty: name what the credentials are for");
/// ```
#[derive(Default)]
pub struct Inspection {
    problems: Vec<Misconfiguration>,
    hides: bool,
}

impl Inspection {
    /// Reports a problem. Building fails, with all that were reported.
    pub fn problem(&mut self, problem: impl Into<Misconfiguration>) {
        self.problems.push(problem.into());
    }

    /// Reports that a policy can hide resources, so that a not-found service is needed.
    pub fn hides(&mut self) {
        self.hides = true;
    }

    /// Says of all that `inspect` reports which route it is about.
    #[cfg(feature = "axum")]
    pub(crate) fn at_route(&mut self, path: &str, inspect: impl FnOnce(&mut Self)) {
        let mut inner = Self::default();
        inspect(&mut inner);
        self.hides |= inner.hides;
        let problems = inner.problems.into_iter();
        self.problems
            .extend(problems.map(|problem| Misconfiguration::Route {
                path: path.to_owned(),
                problem: Box::new(problem),
            }));
    }

    pub(crate) fn can_hide(&self) -> bool {
        self.hides
    }

    /// Ends the inspection: nothing if nothing was reported. Layers do it themselves.
    ///
    /// # Errors
    ///
    /// All the problems that were reported.
    pub fn finish(self) -> Result<(), BuildError> {
        if self.problems.is_empty() {
            Ok(())
        } else {
            Err(BuildError {
                problems: self.problems,
            })
        }
    }
}

/// A layer, or the metadata of a resource, could not be built, and all that must change before it can.
///
/// `Debug` prints the same as `Display`, since a `main` that returns it is read by people.
pub struct BuildError {
    problems: Vec<Misconfiguration>,
}

impl BuildError {
    #[cfg(any(feature = "axum", feature = "jwks"))]
    pub(crate) fn of(problem: Misconfiguration) -> Self {
        Self {
            problems: vec![problem],
        }
    }

    /// The problems, in the order in which they were found. There is at least one.
    #[must_use]
    pub fn problems(&self) -> &[Misconfiguration] {
        &self.problems
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, problem) in self.problems.iter().enumerate() {
            if place > 0 {
                f.write_str("; ")?;
            }
            problem.fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Debug for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Error for BuildError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.problems.first().and_then(Error::source)
    }
}

/// One thing that must change before a layer, or the metadata of a resource, can be built.
#[derive(Debug)]
#[non_exhaustive]
pub enum Misconfiguration {
    /// The name of this scheme is no token of RFC 9110 §5.6.2.
    SchemeName(&'static str),
    /// The realm of this scheme is empty.
    EmptyRealm(&'static str),
    /// The realm of this scheme reads like a parameter. Clients that search a challenge for
    /// `error=`, `scope=` or `resource_metadata=` would find it.
    MisleadingRealm(&'static str),
    /// A challenge cannot be written.
    Challenge {
        /// The scheme whose challenge it is.
        scheme: &'static str,
        /// What is wrong with it.
        error: ChallengeError,
    },
    /// Two schemes read the same credentials, so that the second would never be asked.
    SharedCredentials(String),
    /// A fixed secret is empty.
    EmptySecret(&'static str),
    /// A name is no field name.
    FieldName(String),
    /// A scope that no principal can have, or an empty role.
    Name {
        /// `scope` or `role`.
        what: &'static str,
        /// What was given.
        given: String,
    },
    /// A limit under which no credentials fit.
    Limit(&'static str),
    /// A URL that must be absolute is not.
    Url(String),
    /// What is wrong with a route: its path, its methods or its policy.
    Route {
        /// The path of the route.
        path: String,
        /// What is wrong.
        problem: Box<Misconfiguration>,
    },
    /// The route cannot be added to a router of axum's, and what that says of it.
    NotTaken(String),
    /// What a scheme, a verifier or a policy of your own reports.
    Other(Cow<'static, str>),
}

impl fmt::Display for Misconfiguration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SchemeName(name) => write!(
                f,
                "`{}` is no name of a scheme: use letters, digits and hyphens",
                name.escape_debug()
            ),
            Self::EmptyRealm(scheme) => {
                write!(
                    f,
                    "the realm of `{scheme}` is empty: name what the credentials are for"
                )
            }
            Self::MisleadingRealm(scheme) => write!(
                f,
                "the realm of `{scheme}` reads like a parameter: leave out `error=`, `scope=` \
                 and `resource_metadata=`, which clients search for"
            ),
            Self::Challenge { scheme, error } => write!(f, "`{scheme}` cannot challenge: {error}"),
            Self::SharedCredentials(what) => write!(
                f,
                "two schemes read {what}: keep one of them, the other would never be asked"
            ),
            Self::EmptySecret(scheme) => {
                write!(
                    f,
                    "the fixed secret of `{scheme}` is empty: is its variable set?"
                )
            }
            Self::FieldName(name) => write!(
                f,
                "`{}` is no name for a field of credentials: use letters, digits and hyphens, \
                 and no field that has a meaning of its own",
                name.escape_debug()
            ),
            Self::Name { what, given } if given.is_empty() => {
                write!(f, "`` is no {what}: name the one that is needed")
            }
            Self::Name { what, given } => write!(
                f,
                "`{}` is no {what}: use printable characters without spaces, quotes and backslashes",
                given.escape_debug()
            ),
            Self::Limit(scheme) => {
                write!(
                    f,
                    "the limit of `{scheme}` is zero: no credentials would fit"
                )
            }
            Self::Url(url) => write!(
                f,
                "`{}` is no absolute URL: begin with `https://` and name a host",
                url.escape_debug()
            ),
            Self::Route { path, problem } => write!(f, "`{}`: {problem}", path.escape_debug()),
            Self::NotTaken(problem) => {
                f.write_str("axum takes no such route: ")?;
                problem.chars().try_for_each(|char| match char {
                    _ if char.is_control() => write!(f, "{}", char.escape_debug()),
                    _ => f.write_char(char),
                })
            }
            Self::Other(problem) => f.write_str(problem),
        }
    }
}

impl Error for Misconfiguration {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Challenge { error, .. } => Some(error),
            Self::Route { problem, .. } => problem.source(),
            Self::SchemeName(_)
            | Self::EmptyRealm(_)
            | Self::MisleadingRealm(_)
            | Self::SharedCredentials(_)
            | Self::EmptySecret(_)
            | Self::FieldName(_)
            | Self::Name { .. }
            | Self::Limit(_)
            | Self::Url(_)
            | Self::NotTaken(_)
            | Self::Other(_) => None,
        }
    }
}

impl From<&'static str> for Misconfiguration {
    fn from(problem: &'static str) -> Self {
        Self::Other(Cow::Borrowed(problem))
    }
}

impl From<String> for Misconfiguration {
    fn from(problem: String) -> Self {
        Self::Other(Cow::Owned(problem))
    }
}
