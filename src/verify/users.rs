//! Names and hashed passwords in memory, changed while serving.

use std::{fmt, sync::Arc, time::Duration};

use crate::{
    clock::Clock,
    credentials::{BasicCredentials, Credentials as _},
    decision::Unavailable,
    inspect::{Inspection, Misconfiguration},
    password::{Hash, Parameters, Pool, Recent},
    step::Step,
    trace,
};

use super::{
    contract::{IntoVerdict as _, Verdict, Verify},
    users_stored::Users,
};

/// Users in memory, with their hashed passwords and their principals.
///
/// Hashes are [PHC strings], made by [`password::hash`](crate::password::hash) or by somebody else:
/// `$argon2id$`, `$argon2i$`, `$argon2d$`, `$scrypt$`, `$pbkdf2-sha256$` and `$pbkdf2-sha512$`. They
/// are checked when they are put in, with what verifying them costs: at most 256 MiB, 10 passes and 4
/// lanes; 128 MiB for scrypt; or 2,000,000 rounds. Hashes of passlib's PBKDF2 become PHC strings with
/// `i=` before the rounds and `+` for each `.`. A `!` or `*` before a hash disables the user. The file
/// format is that of [`load`](Self::load).
///
/// Where memory runs out, the answer is 503. With scrypt, others may take the memory after it was
/// found to be there: then the process aborts. Prefer Argon2.
///
/// Clones share one table, so that one can serve while another is changed. An `Arc` of a table is no
/// verifier: clone the table.
///
/// # What an attacker learns
///
/// Each attempt costs one verification, on the [`Pool`]: for a name that is unknown, for a password
/// that is wrong, for a user who is disabled, and for one who is let in. All but the last get the
/// same answer. Whether the user is disabled or gone is looked at after that, in the table as it is
/// then. If the hash itself was replaced in the meantime, nothing was found out: 503.
///
/// For unknown names the work is that of the [`parameters`](Self::parameters), always Argon2id. A user
/// whose hash is more or less work, or of another algorithm, can be told from an unknown one by the
/// clock: see [`outdated`](Self::outdated).
///
/// Names and passwords are compared as bytes, without any mapping: `Ann`, `ann` and two spellings of
/// `é` are four users. A throttle must count tries by the same names, or one account has as many
/// counters as spellings. There must be one: this limits no guessing, and whoever keeps the queue of
/// the pool full keeps everybody out.
///
/// ```
/// # tokio_test::block_on(async {
/// use http::{Request, Response, StatusCode};
/// use tower::{Layer, ServiceExt, service_fn};
/// use tower_auth::{AuthLayer, policy, scheme::Basic, verify::UserTable};
///
/// let users = UserTable::new();
/// users.insert(
///     "Aladdin", // password: open sesame
///     "$argon2id$v=19$m=64,t=1,p=1$c2FsdCBvZiB0aGUgbGFtcA$IKNEgVkR41+rx3JAIbhU9diwchpar5bVefmsa1eI/bY",
///     "the one with the lamp",
/// )?;
///
/// let layer = AuthLayer::new(Basic::new("staff area", users.clone()), policy::authenticated())
///     .build_with(Vec::from)?;
/// let service = layer.layer(service_fn(|_: Request<()>| async {
///     Ok::<_, std::convert::Infallible>(Response::new(Vec::new()))
/// }));
/// let login = || Request::get("/").header("authorization", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==").body(());
///
/// assert_eq!(service.clone().oneshot(login()?).await?.status(), StatusCode::OK);
/// users.disable("Aladdin"); // while it serves
/// assert_eq!(service.oneshot(login()?).await?.status(), StatusCode::UNAUTHORIZED);
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
///
/// [PHC strings]: https://github.com/P-H-C/phc-string-format
pub struct UserTable<P> {
    users: Arc<Users<P>>,
    parameters: Parameters,
    dummy: Arc<Hash>,
    pool: Pool,
    recent: Option<Arc<Recent>>,
    clock: Clock,
    problems: Vec<String>,
}

impl<P> UserTable<P> {
    /// An empty table: everybody is refused.
    #[must_use]
    pub fn new() -> Self {
        let parameters = Parameters::default();
        Self {
            users: Arc::new(Users::new()),
            parameters,
            dummy: Arc::new(Hash::dummy(parameters)),
            pool: Pool::default(),
            recent: None,
            clock: Clock::monotonic(),
            problems: Vec::new(),
        }
    }

    /// How much work your hashes of Argon2id are: those of most users, so that unknown names cost as
    /// much. It changes no hash.
    #[must_use]
    pub fn parameters(mut self, parameters: Parameters) -> Self {
        self.parameters = parameters;
        self.dummy = Arc::new(Hash::dummy(parameters));
        self
    }

    /// Hashes on `pool`, with other tables. By default, each table has one of its own.
    #[must_use]
    pub fn pool(mut self, pool: Pool) -> Self {
        self.pool = pool;
        self
    }

    /// Remembers for `ttl` who proved a password, so that their next requests cost no hash. Off by
    /// default. For 1 to 60 seconds, and up to `capacity` proofs, 100,000 at most; where there is no
    /// room, nothing is remembered.
    ///
    /// It saves a hash for each request of a client that sends its password with all of them. It
    /// costs this: the process holds digests, with a key that it alone knows, of credentials that
    /// were true a moment ago, and whoever reads its memory can guess passwords with them at the
    /// speed of SHA-256. Old ones are taken out when further ones are put in: while nobody logs in,
    /// they stay, and prove nothing. Every change of a user here is heeded at once; a change elsewhere
    /// that the table is not told of is noticed up to `ttl` late. Only what was verified is remembered,
    /// refusals never, and it proves something only while the hash is the same and the user is not
    /// disabled.
    #[must_use]
    pub fn remember(mut self, ttl: Duration, capacity: usize) -> Self {
        match Recent::new(ttl, capacity) {
            Ok(recent) => self.recent = Some(Arc::new(recent)),
            Err(problem) => self.problems.push(problem),
        }
        self
    }

    /// Takes the time from `clock`, to know how long ago a password was proven.
    ///
    /// By default it is one that does not jump when somebody sets the system's clock. It stands still
    /// while the machine sleeps. With [`Clock::system`], setting the clock back makes a proof last
    /// longer, by as much.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// The users whose hashes are not of the [`parameters`](Self::parameters), sorted: an older hash,
    /// another algorithm.
    ///
    /// How long a refusal takes tells that these exist. Where most have the same parameters of
    /// Argon2id, set these. For all others, scrypt and PBKDF2 among them, there is nothing to set: ask
    /// them for their passwords again, and [replace the hash](Self::replace_hash).
    #[must_use]
    pub fn outdated(&self) -> Vec<String> {
        self.users.names_where(|hash| !hash.has(self.parameters))
    }

    /// How many users there are, disabled ones included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.users.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(super) fn users(&self) -> &Users<P> {
        &self.users
    }
}

impl<P: Clone + Send + Sync + 'static> UserTable<P> {
    /// Who proved these credentials a moment ago, by the hash that is theirs now.
    fn remembered(&self, user_id: &str, digest: Option<&[u8; 32]>) -> Option<P> {
        let (recent, digest) = (self.recent.as_ref()?, digest?);
        let proven = recent.find(digest, self.clock.now())?;
        match self.users.find(user_id) {
            Some(user) if !user.disabled && *user.hash == *proven => {
                Some(P::clone(&user.principal))
            }
            _ => {
                recent.forget(digest);
                None
            }
        }
    }

    /// One hash, whoever it is; then, who it is.
    async fn prove(
        self,
        credentials: BasicCredentials<'static>,
        digest: Option<[u8; 32]>,
    ) -> Result<Option<P>, Unavailable> {
        let user_id = credentials.user_id().to_owned();
        let table = self.clone();
        let work = move || {
            let found = table.users.find(credentials.user_id());
            let hash =
                found.map_or_else(|| Arc::clone(&table.dummy), |user| Arc::clone(&user.hash));
            let proven = hash.verify(credentials.password())?;
            Ok::<_, Unavailable>((hash, proven))
        };
        let (hash, proven) = self.pool.run(work).await??;
        let Some(user) = self.users.find(&user_id).filter(|user| !user.disabled) else {
            return Ok(None);
        };
        if *user.hash != *hash {
            let reason = "the hash of a user was replaced while it was verified";
            return Err(Unavailable::new(reason).retry_after(Duration::from_secs(1)));
        }
        if !proven {
            return Ok(None);
        }
        if let (Some(recent), Some(digest)) = (&self.recent, digest) {
            recent.keep(digest, self.clock.now(), hash);
        }
        Ok(Some(P::clone(&user.principal)))
    }
}

impl<P: Clone + Send + Sync + 'static> Verify<BasicCredentials<'_>> for UserTable<P> {
    type Principal = P;

    fn verify(&self, credentials: BasicCredentials<'_>) -> Step<Verdict<P>> {
        let digest = self
            .recent
            .as_ref()
            .map(|recent| recent.digest(&credentials));
        if let Some(principal) = self.remembered(credentials.user_id(), digest.as_ref()) {
            return Step::Now(Verdict::Verified(principal));
        }
        let proof = self.clone().prove(credentials.into_owned(), digest);
        Step::later(async move { proof.await.into_verdict() })
    }

    fn inspect(&self, inspection: &mut Inspection, _: &'static str) {
        let problems = self.problems.iter().cloned().chain(self.pool.problem());
        for problem in problems {
            inspection.problem(Misconfiguration::Other(problem.into()));
        }
        if !self.outdated().is_empty() {
            trace::warn(
                "some hashes of a UserTable are not of its parameters: the time that a refusal takes \
                 tells that their users exist; `UserTable::outdated` names them",
            );
        }
    }
}

impl<P> Clone for UserTable<P> {
    fn clone(&self) -> Self {
        Self {
            users: Arc::clone(&self.users),
            parameters: self.parameters,
            dummy: Arc::clone(&self.dummy),
            pool: self.pool.clone(),
            recent: self.recent.clone(),
            clock: self.clock.clone(),
            problems: self.problems.clone(),
        }
    }
}

impl<P> Default for UserTable<P> {
    fn default() -> Self {
        Self::new()
    }
}

impl<P> fmt::Debug for UserTable<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserTable")
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}
