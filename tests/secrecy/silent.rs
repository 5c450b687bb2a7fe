//! What can be printed, and what cannot.

use std::{
    fmt::{Debug, Display},
    marker::PhantomData,
};

use tower::Layer as _;
use tower_auth::{
    Attempt, AuthLayer, BasicCredentials, Secret, SecretDigest,
    policy::{self, Access, View},
    reply::Refused,
    scheme::{ApiKey, Basic, Bearer, Presented, SchemeExt, Schemes},
    verify::{CheckWith, FixedSecret, FixedUser, TokenTable},
};

use crate::canary::Canary;

struct Probe<T: ?Sized>(PhantomData<T>);

/// What is true of a type, unless something more exact is.
trait Otherwise {
    const DEBUG: bool = false;
    const DISPLAY: bool = false;
}

impl<T: ?Sized> Otherwise for Probe<T> {}

impl<T: Debug + ?Sized> Probe<T> {
    const DEBUG: bool = true;
}

impl<T: Display + ?Sized> Probe<T> {
    const DISPLAY: bool = true;
}

/// Neither `Debug` nor `Display`.
macro_rules! silent {
    ($($type:ty),+ $(,)?) => {
        $({
            assert!(!Probe::<$type>::DEBUG, concat!(stringify!($type), " has `Debug`"));
            assert!(!Probe::<$type>::DISPLAY, concat!(stringify!($type), " has `Display`"));
        })+
    };
}

#[test]
fn what_holds_a_secret_or_the_head_of_a_request_cannot_be_printed() {
    silent!(
        Secret<'static>,
        BasicCredentials<'static>,
        SecretDigest,
        FixedSecret<()>,
        FixedUser<()>,
        CheckWith<(), fn()>,
        Basic<()>,
        Bearer<()>,
        ApiKey<()>,
        Presented<'static>,
        Access<'static, ()>,
        View<()>,
        Refused<'static>,
    );
    const { assert!(Probe::<str>::DEBUG && Probe::<str>::DISPLAY) };
}

#[test]
fn layers_and_tables_are_printed_without_their_secrets() {
    let canary = Canary(String::from("3p9.fKq~wZ-7rTb+Xc_1"));
    let key = canary.0.as_str();
    let tokens = TokenTable::new();
    tokens.insert(key, "alice");
    let attempt = Attempt::Verified(key);
    canary.assert_not_in(&format!("{tokens:?} {attempt:?}"), "a table or an attempt");

    let bearer = Bearer::new("api", tokens);
    let schemes = SchemeExt::or(bearer, Basic::fixed("api", key, key, "alice"));
    canary.assert_not_in(&format!("{schemes:?}"), "schemes");
    let builder = AuthLayer::<_, crate::canary::Body>::new(schemes, policy::anyone());
    canary.assert_not_in(&format!("{builder:?}"), "a builder");
    let layer = builder.build().expect("a layer");
    let inside = layer.require(policy::anyone()).expect("a layer");
    let service = layer.layer(inside.layer(()));
    canary.assert_not_in(&format!("{layer:?} {inside:?} {service:?}"), "a layer");
}

#[test]
fn what_is_wrong_with_a_configuration_is_told_without_its_secrets() {
    let canary = Canary(String::from("3p9.fKq~wZ-7rTb+Xc_1"));
    let key = canary.0.as_str();
    let broken: [Schemes<()>; 4] = [
        Bearer::fixed("", key, ()).into(),
        Basic::fixed("line\nbreak", "alice", key, ()).into(),
        ApiKey::fixed("no name", "api", key, ())
            .longest_key(0)
            .into(),
        SchemeExt::or(
            ApiKey::fixed("X-Key", "api", key, ()),
            ApiKey::fixed("x-key", "api", key, ()),
        ),
    ];
    for schemes in broken {
        let layer = AuthLayer::<_, crate::canary::Body>::new(schemes, policy::anyone());
        let error = layer.build().expect_err("it is broken");
        canary.assert_not_in(&format!("{error:?} {error:#?} {error}"), "an error");
    }
}
