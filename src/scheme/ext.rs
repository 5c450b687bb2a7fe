//! Schemes joined and turned.

use std::{future::Future, sync::Arc};

use crate::verify::IntoVerdict;

use super::{
    and_then::AndThen,
    contract::{BoxScheme, Scheme},
    map::Map,
    schemes::Schemes,
};

/// Joins and turns schemes.
pub trait SchemeExt: Scheme + Sized {
    /// This scheme, or another for the same principals. Challenges are sent in this order.
    ///
    /// ```
    /// use tower_auth::scheme::{Basic, Bearer, SchemeExt};
    ///
    /// let either = Bearer::fixed("api", "s3cret", "the robot")
    ///     .or(Basic::fixed("api", "alice", "wonderland", "alice"));
    /// # let _ = either;
    /// ```
    fn or(self, other: impl Scheme<Principal = Self::Principal>) -> Schemes<Self::Principal> {
        Schemes::from(self).or(other)
    }

    /// This scheme, with its principals turned into others: into one type for all schemes of a
    /// layer, for example.
    ///
    /// ```
    /// use tower_auth::scheme::{Basic, Bearer, SchemeExt};
    ///
    /// #[derive(Clone)]
    /// enum Who { Person(String), Robot(u32) }
    ///
    /// let people = Basic::fixed("api", "alice", "wonderland", String::from("alice"));
    /// let robots = Bearer::fixed("api", "s3cret", 7);
    /// let either = people.map(Who::Person).or(robots.map(Who::Robot));
    /// # let _ = either;
    /// ```
    fn map<Q, F>(self, turn: F) -> Map<Self, F>
    where
        Q: Clone + Send + Sync + 'static,
        F: Fn(Self::Principal) -> Q + Send + Sync + 'static,
    {
        Map::new(self, Arc::new(turn))
    }

    /// This scheme, with an async closure that is asked about whoever was verified: for roles out of
    /// a database, or an account that may have been closed since. `state` is cloned for each request;
    /// capture nothing.
    ///
    /// `None` refuses the credentials: 401, as if they had not been true. An error is an outage: 503.
    /// A throttle is written behind it, so that what this refuses is counted too.
    ///
    /// ```
    /// use std::{io, sync::Arc};
    /// use tower_auth::scheme::{Basic, SchemeExt};
    ///
    /// #[derive(Clone)]
    /// struct User { name: &'static str, roles: Vec<String> }
    ///
    /// struct Database;
    /// impl Database {
    ///     /// `None` where the account is closed.
    ///     async fn roles(&self, _: &str) -> Result<Option<Vec<String>>, io::Error> {
    ///         Ok(Some(vec![String::from("admin")]))
    ///     }
    /// }
    ///
    /// let basic = Basic::fixed("api", "alice", "wonderland", "alice");
    /// let users = basic.and_then(Arc::new(Database), async |database: Arc<Database>, name: &'static str| {
    ///     let roles = database.roles(name).await?;
    ///     Ok::<_, io::Error>(roles.map(|roles| User { name, roles }))
    /// });
    /// # let _ = users.boxed();
    /// ```
    fn and_then<S, F, A>(self, state: S, check: F) -> AndThen<Self, S, F>
    where
        S: Clone + Send + Sync + 'static,
        F: Fn(S, Self::Principal) -> A + Send + Sync + 'static,
        A: Future + Send + 'static,
        A::Output: IntoVerdict,
        <A::Output as IntoVerdict>::Principal: Clone + Send + Sync + 'static,
    {
        AndThen::new(self, state, Arc::new(check))
    }

    /// This scheme, with its tries counted: 429 after too many that were refused. Give one throttle to
    /// all schemes of a service that take passwords; [`Schemes::throttle`] does it for a list. Do not
    /// write it on a scheme and on the list that it is in: each request would count twice.
    ///
    /// A try is counted before the credentials are verified, and given back unless they are refused:
    /// malformed ones, an outage and true credentials cost nothing. A request that is cancelled, or a
    /// scheme that panics, stays counted. Within the lock, nothing is verified: the right password
    /// gets the same answer. Write it last: what stands around it (`.and_then(..)`) refuses uncounted.
    ///
    /// Of ambient credentials only the scheme knows whether there are any, so it is asked before
    /// anything is counted, by [`is_presented`](Scheme::is_presented): where it finds none, visitors
    /// are let through within the lock too. One that says yes to an empty request is a problem when the
    /// layer is built.
    ///
    /// ```
    /// # tokio_test::block_on(async {
    /// use std::{net::SocketAddr, time::Duration};
    /// use http::{Request, Response, StatusCode, header::RETRY_AFTER};
    /// use tower::{Layer, ServiceExt, service_fn};
    /// use tower_auth::{
    ///     AuthLayer,
    ///     address::ClientAddress,
    ///     policy,
    ///     scheme::{Basic, SchemeExt},
    ///     throttle::{Limit, Throttle},
    /// };
    ///
    /// let throttle = Throttle::new(ClientAddress::extension(SocketAddr::ip))
    ///     .per_account_and_client(Limit::new(1, Duration::from_secs(60)));
    /// let basic = Basic::fixed("staff area", "Aladdin", "open sesame", "Aladdin").throttle(throttle);
    /// let service = AuthLayer::new(basic, policy::authenticated())
    ///     .build_with(Vec::from)?
    ///     .layer(service_fn(|_: Request<()>| async {
    ///         Ok::<_, std::convert::Infallible>(Response::new(Vec::new()))
    ///     }));
    ///
    /// let request = || {
    ///     Request::get("/")
    ///         .extension(SocketAddr::from(([192, 0, 2, 1], 49_152)))
    ///         .header("authorization", "Basic QWxhZGRpbjpndWVzc2Vk") // Aladdin:guessed
    ///         .body(())
    /// };
    /// let refused = service.clone().oneshot(request()?).await?;
    /// assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    ///
    /// let throttled = service.oneshot(request()?).await?;
    /// assert_eq!(throttled.status(), StatusCode::TOO_MANY_REQUESTS);
    /// assert_eq!(throttled.headers()[RETRY_AFTER], "60");
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// ```
    #[cfg(feature = "throttle")]
    fn throttle(self, throttle: crate::throttle::Throttle) -> super::throttled::Throttled<Self> {
        super::throttled::Throttled::new(self, throttle)
    }

    /// The scheme, whatever its type: for a list that is known only when the program runs.
    ///
    /// ```
    /// use tower_auth::scheme::{Basic, Bearer, BoxScheme, Schemes, SchemeExt};
    ///
    /// let wanted: Vec<BoxScheme<&str>> = vec![
    ///     Bearer::fixed("api", "s3cret", "the robot").boxed(),
    ///     Basic::fixed("api", "alice", "wonderland", "alice").boxed(),
    /// ];
    /// let mut wanted = wanted.into_iter();
    /// let schemes = wanted.next().map(|first| wanted.fold(Schemes::from(first), Schemes::or));
    /// # let _ = schemes;
    /// ```
    fn boxed(self) -> BoxScheme<Self::Principal> {
        Box::new(self)
    }
}

impl<S: Scheme> SchemeExt for S {}
