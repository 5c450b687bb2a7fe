//! Whose tries are counted, and how many they have.

use std::{fmt, sync::Arc, time::Duration};

use http::request::Parts;

use crate::{
    address::{ClientAddress, NoAddress},
    decision::Unavailable,
    inspect::Inspection,
    step::Step,
};

use super::{
    bucket::Bucket,
    contract::{Counters, Taken},
    limit::Limit,
    memory::MemoryCounters,
    prefix::ClientPrefix,
};

/// Whose tries are counted, and how many they have. Clones count together: give one throttle to all
/// schemes that take passwords, and to the handler of a login form.
///
/// Tokens and keys of 128 random bits need none: nobody guesses them, and a program that goes on
/// sending a token which has expired uses up the tries of its address, for all who share it. With
/// [`treat_rejected_as_anonymous`](crate::AuthLayerBuilder::treat_rejected_as_anonymous) it does so
/// unseen, until it gets 429.
///
/// A request that meets a throttle twice is counted twice: on a scheme and again on the list that the
/// scheme is in, for example, which halves every limit.
///
/// What is counted, unless you say otherwise:
///
/// | who | at once | one back | why |
/// |---|---|---|---|
/// | an account, as one client tries it | 60 | every 30 s | Java's `HttpURLConnection` sends one wrong password 19 times, and a person mistypes twice; a guesser has 2,940 in a day from one client |
/// | a client, all accounts together | 300 | every 3 s | a household or an office behind one address; who tries one password at many accounts has 29,100 in a day from one client |
/// | an account, all clients together | | | not counted: whoever knows the name could lock its owner out |
///
/// A client is an address of IPv4, or 64 bits of IPv6: see [`ClientPrefix`]. Whoever has more of them
/// has as many tries more: 1,000 of the 65,536 networks of one `/48` are 60,000 guesses at one account
/// at once. Only [`per_account`](Self::per_account) limits those: set it where passwords are weak.
///
/// Tries come back one by one: see [`Limit`]. A permit is taken before the credentials are verified
/// and given back unless they were refused, so tries in flight count: a caller with more requests at once than there are
/// tries, each waiting for a password to be hashed, is answered 429 with the right password too.
/// Take a higher limit, or a verifier that remembers whom it verified.
///
/// ```
/// use std::{net::SocketAddr, time::Duration};
/// use tower_auth::{address::ClientAddress, throttle::{Limit, Throttle}};
///
/// let throttle = Throttle::new(ClientAddress::extension(SocketAddr::ip))
///     .per_client(Limit::new(1_000, Duration::from_secs(1)));
/// # let _ = throttle;
/// ```
#[derive(Clone)]
pub struct Throttle {
    client: ClientAddress,
    per_account_and_client: Limit,
    per_client: Limit,
    per_account: Option<Limit>,
    normalize: Arc<dyn Fn(&str) -> String + Send + Sync>,
    counters: Arc<dyn Counters>,
}

impl Throttle {
    /// Counts by the address that `client` finds, in memory.
    ///
    /// Callers whose address cannot be read are one client together. Where there is none, because
    /// the server does not hand it on, nobody is let in: that is 503, and the log says what to do.
    #[must_use]
    pub fn new(client: ClientAddress) -> Self {
        Self {
            client,
            per_account_and_client: Limit::new(60, Duration::from_secs(30)),
            per_client: Limit::new(300, Duration::from_secs(3)),
            per_account: None,
            normalize: Arc::new(fold),
            counters: Arc::new(MemoryCounters::new()),
        }
    }

    /// How often a client may try an account. 60 at once, one back every 30 seconds by default.
    #[must_use]
    pub fn per_account_and_client(mut self, limit: Limit) -> Self {
        self.per_account_and_client = limit;
        self
    }

    /// How often a client may try, whatever account. 300 at once, one back every 3 seconds by
    /// default. It is the only limit for credentials that name no account, as tokens and keys do
    /// not.
    #[must_use]
    pub fn per_client(mut self, limit: Limit) -> Self {
        self.per_client = limit;
        self
    }

    /// How often an account may be tried, whatever client. Not limited by default.
    ///
    /// It slows down guesses from many addresses, and it is a weapon: whoever knows the name of an
    /// account can use its tries up, and its owner waits. Make it wide, and with a short time until
    /// one try comes back.
    #[must_use]
    pub fn per_account(mut self, limit: Limit) -> Self {
        self.per_account = Some(limit);
        self
    }

    /// Counts in `counters`: with room for more keys, or in a store that several processes share.
    #[must_use]
    pub fn counters(mut self, counters: impl Counters) -> Self {
        self.counters = Arc::new(counters);
        self
    }

    /// Names accounts so that all spellings of one share a count. By default without surrounding
    /// whitespace, and without regard to case.
    ///
    /// Whatever your verifier takes for the same account must come out the same. Different accounts
    /// that come out the same have fewer tries, no more.
    #[must_use]
    pub fn normalize(mut self, normalize: impl Fn(&str) -> String + Send + Sync + 'static) -> Self {
        self.normalize = Arc::new(normalize);
        self
    }

    /// Counts one try at `account`, if it names one, by whoever sent the request. For what no
    /// scheme reads: a login form. Schemes do it themselves, with
    /// [`SchemeExt::throttle`](crate::scheme::SchemeExt::throttle).
    ///
    /// Ask before you look at the password. Give the permit back if it is right, or if you could
    /// not find out; leave it if it is wrong. A client without an address is an outage, and so is a
    /// limit without tries or without a time. Ask [`inspect`](Self::inspect) when the program starts:
    /// no layer does it for a form.
    ///
    /// ```
    /// # tokio_test::block_on(async {
    /// use std::net::SocketAddr;
    /// use http::{Request, StatusCode};
    /// use tower_auth::{address::ClientAddress, throttle::{Taken, Throttle}};
    ///
    /// let throttle = Throttle::new(ClientAddress::extension(SocketAddr::ip));
    /// let (mut head, ()) = Request::post("/login").body(()).unwrap().into_parts();
    /// head.extensions.insert(SocketAddr::from(([192, 0, 2, 1], 49_152)));
    /// let (name, right) = ("alice", true); // read from the form, compared after the try was counted
    ///
    /// let status = match throttle.take(Some(name), &head).wait().await {
    ///     Ok(Taken::Permit(permit)) if right => {
    ///         permit.give_back().wait().await;
    ///         StatusCode::SEE_OTHER
    ///     }
    ///     Ok(Taken::Permit(_)) => StatusCode::UNPROCESSABLE_ENTITY,
    ///     Ok(Taken::Exhausted { .. }) => StatusCode::TOO_MANY_REQUESTS,
    ///     Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    /// };
    /// assert_eq!(status, StatusCode::SEE_OTHER);
    /// # });
    /// ```
    pub fn take(&self, account: Option<&str>, head: &Parts) -> Step<Result<Taken, Unavailable>> {
        let client = match self.client.of(head) {
            Ok(address) => ClientPrefix::of(address),
            Err(NoAddress::Unreadable) => ClientPrefix::unreadable(),
            Err(why @ NoAddress::NoPeer) => {
                return Step::Now(Err(Unavailable::new(format!(
                    "nobody can be throttled: {why}"
                ))));
            }
        };
        if !self.limits().all(|(_, limit)| limit.is_sound()) {
            return Step::Now(Err(Unavailable::new(
                "a limit of the throttle has no tries, or no time: `Throttle::inspect` says which",
            )));
        }
        let all = Bucket::new(None, Some(client), self.per_client);
        let Some(account) = account.map(|account| (self.normalize)(account)) else {
            return self.counters.take(&[all]);
        };
        let account = Some(account.as_str());
        let here = Bucket::new(account, Some(client), self.per_account_and_client);
        match self.per_account {
            None => self.counters.take(&[all, here]),
            Some(limit) => {
                let everywhere = Bucket::new(account, None, limit);
                self.counters.take(&[all, here, everywhere])
            }
        }
    }

    /// Reports what is wrong with the address, the limits and the counters. A layer asks it of the
    /// throttles of its schemes when it is built. For one that only a login form uses, ask it yourself.
    ///
    /// ```
    /// use std::{net::SocketAddr, time::Duration};
    /// use tower_auth::{Inspection, address::ClientAddress, throttle::{Limit, Throttle}};
    ///
    /// let throttle = Throttle::new(ClientAddress::extension(SocketAddr::ip))
    ///     .per_client(Limit::new(5, Duration::ZERO));
    /// let mut inspection = Inspection::default();
    /// throttle.inspect(&mut inspection);
    /// let error = inspection.finish().unwrap_err();
    /// assert!(error.to_string().starts_with("the limit `per_client` gives a try back every `0` seconds"));
    /// ```
    pub fn inspect(&self, inspection: &mut Inspection) {
        self.client.inspect(inspection);
        for (name, limit) in self.limits() {
            limit.inspect(name, inspection);
        }
        self.counters.inspect(inspection);
    }

    /// Those in use.
    fn limits(&self) -> impl Iterator<Item = (&'static str, Limit)> {
        let both = [
            ("per_account_and_client", self.per_account_and_client),
            ("per_client", self.per_client),
        ];
        let account = self.per_account.map(|limit| ("per_account", limit));
        both.into_iter().chain(account)
    }
}

impl fmt::Debug for Throttle {
    /// The limits alone.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Throttle")
            .field("per_account_and_client", &self.per_account_and_client)
            .field("per_client", &self.per_client)
            .field("per_account", &self.per_account)
            .finish_non_exhaustive()
    }
}

/// Letter by letter, so that no letter's case depends on where it stands; up and down again, for
/// some have two small forms.
fn fold(account: &str) -> String {
    let letters = account.trim().chars().flat_map(char::to_uppercase);
    letters.flat_map(char::to_lowercase).collect()
}
