//! Schemes whose principals are turned into others, or asked further about.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use tower_auth::{
    Attempt,
    scheme::{Presented, Scheme, SchemeExt, Schemes},
};

use crate::{
    open, request, send,
    support::{
        schemes::{API_KEY, Told, api_key, basic, bearer},
        user::{ALICE, User},
        waiting::{after, block_on},
    },
};

/// What a database says of an account.
#[derive(Clone, Copy, Debug)]
enum Says {
    Known,
    Closed,
    Away,
    Panics,
}

/// A database that counts how often it is asked.
#[derive(Clone)]
struct Accounts {
    says: Says,
    waits: u8,
    asked: Arc<AtomicUsize>,
}

impl Accounts {
    fn that(says: Says, waits: u8) -> Self {
        Self {
            says,
            waits,
            asked: Arc::default(),
        }
    }

    async fn find(self, user: User) -> Result<Option<User>, io::Error> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        after(self.waits, || ()).await;
        match self.says {
            Says::Known => Ok(Some(user)),
            Says::Closed => Ok(None),
            Says::Away => Err(io::Error::other("canary")),
            Says::Panics => panic!("canary"),
        }
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

fn asking<S: Scheme<Principal = User>>(
    scheme: S,
    accounts: &Accounts,
) -> impl Scheme<Principal = User> + use<S> {
    scheme.and_then(accounts.clone(), async |accounts: Accounts, user: User| {
        accounts.find(user).await
    })
}

#[test]
fn who_is_verified_is_asked_further_about_once_and_the_answer_decides() {
    for (says, status) in [
        (Says::Known, 200),
        (Says::Closed, 401),
        (Says::Away, 503),
        (Says::Panics, 503),
    ] {
        for waits in [0, 2] {
            for (scheme_waits, name) in [(0, "At once"), (2, "Later")] {
                let accounts = Accounts::that(says, waits);
                let scheme = Told::explicit("Counted").waiting(scheme_waits);
                let fields = [("authorization", "Counted canary-true")];
                let seen = send(open(asking(scheme, &accounts)), request(&fields));
                assert_eq!(seen.status, status, "{says:?}, {name}");
                assert_eq!(accounts.asked(), 1, "{says:?}, {name}");
                assert_eq!(seen.shown.is_some(), status == 200, "{says:?}, {name}");
            }
        }
    }
}

#[test]
fn a_refusal_after_verification_reads_as_any_other() {
    let closed = Accounts::that(Says::Closed, 0);
    let known = Accounts::that(Says::Known, 0);
    let refused = send(
        open(asking(bearer(), &closed)),
        request(&[("authorization", "Bearer canary-true")]),
    );
    let wrong = send(
        open(asking(bearer(), &known)),
        request(&[("authorization", "Bearer canary-stale")]),
    );
    assert_eq!(refused.attempt(), wrong.attempt());
    assert_eq!(refused.challenges(), wrong.challenges());
    assert_eq!(
        refused.challenges(),
        [r#"Bearer realm="api", error="invalid_token""#]
    );
    assert_eq!(known.asked(), 0);
}

#[test]
fn nobody_is_asked_about_who_was_not_verified() {
    for (value, status) in [
        ("Counted canary-stale", 401),
        ("Counted canary-torn", 401),
        ("Counted canary-absent", 401),
        ("Counted canary-again", 429),
        ("Counted canary-away", 503),
        ("Counted canary-amiss", 400),
        ("Counted canary-abroad", 403),
    ] {
        for waits in [0, 1] {
            let accounts = Accounts::that(Says::Known, 0);
            let scheme = Told::explicit("Counted").waiting(waits);
            let seen = send(
                open(asking(scheme, &accounts)),
                request(&[("authorization", value)]),
            );
            assert_eq!((seen.status, accounts.asked()), (status, 0), "{value}");
        }
    }
}

#[test]
fn an_ambient_scheme_that_finds_nothing_gives_way_though_it_asks_further() {
    let accounts = Accounts::that(Says::Known, 1);
    let schemes = asking(Told::ambient("Session").waiting(1), &accounts)
        .or(asking(Told::ambient("Other"), &accounts));
    let seen = send(open(schemes), request(&[("x-other", "canary-true")]));
    assert_eq!((seen.status, accounts.asked()), (200, 1));
}

#[test]
fn a_list_of_schemes_is_asked_further_about_as_each_of_them_would_be() {
    for (field, status) in [
        (("authorization", "Bearer canary-true"), 401),
        (("authorization", "Basic YWxpY2U6Y2FuYXJ5LXRydWU="), 401),
        ((API_KEY, "canary-true"), 401),
        (("authorization", "Bearer canary-away"), 503),
    ] {
        let accounts = Accounts::that(Says::Closed, 1);
        let schemes = bearer().or(basic()).or(api_key());
        let schemes = schemes.and_then(accounts.clone(), async |accounts: Accounts, user: User| {
            accounts.find(user).await
        });
        let seen = send(open(schemes), request(&[field]));
        assert_eq!(seen.status, status, "{field:?}");
        assert_eq!(accounts.asked(), usize::from(status == 401), "{field:?}");
    }
}

#[test]
fn principals_are_turned_into_others_and_nothing_else_changes() {
    let as_text = |user: User| user.0.to_owned();
    let alone = |text: String| {
        if text == ALICE.0 {
            ALICE
        } else {
            User("somebody")
        }
    };
    let lists: [fn() -> Schemes<User>; 2] = [
        || bearer().or(api_key()),
        || Schemes::from(Told::explicit("Bearer").waiting(2)).or(api_key()),
    ];
    for list in lists {
        for value in ["Bearer canary-true", "Bearer canary-stale", "Digest x", ""] {
            let fields = [("authorization", value)];
            let plain = send(open(list()), request(&fields));
            let turned = send(open(list().map(as_text).map(alone)), request(&fields));
            assert_eq!(turned.status, plain.status, "{value}");
            if plain.status == 200 {
                assert_eq!(turned.body(), plain.body(), "{value}");
            }
            assert_eq!(turned.challenges(), plain.challenges(), "{value}");
        }
    }
    let other = |_: User| User("somebody");
    let seen = send(
        open(bearer().map(other)),
        request(&[("authorization", "Bearer canary-true")]),
    );
    assert_eq!(seen.body(), b"somebody");
}

#[test]
fn an_error_that_asking_further_gives_keeps_its_source() {
    let away = Accounts::that(Says::Away, 0);
    let (head, ()) = request(&[("authorization", "Bearer canary-true")]).into_parts();
    let presented = Presented::new(&head, b"canary-true");
    let step = asking(bearer(), &away).attempt(&presented);
    let attempt = block_on(step.wait());
    let Attempt::Unavailable(unavailable) = attempt else {
        panic!("{attempt:?}");
    };
    let source: Option<&(dyn std::error::Error + Send + Sync)> = unavailable.source();
    assert!(source.is_some_and(|source| source.to_string() == "canary"));
}
