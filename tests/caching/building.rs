//! Options that would change nothing are told when the layer is built.

use tower_auth::{
    AuthLayer, AuthLayerBuilder, SameOrigin,
    policy::anyone,
    scheme::{SchemeExt as _, Schemes},
};

use crate::{
    stand::Options,
    support::{
        inner::Body,
        schemes::{Told, api_key, basic, bearer},
        user::User,
    },
};

type Builder = AuthLayerBuilder<User, Body>;

const NOTHING_TO_VARY_BY: &str =
    "no scheme reads a field that caches do not know of: leave out `vary_by_credentials`";
const NOTHING_TO_KEEP_PRIVATE: &str =
    "all schemes read `Authorization`, which caches know of: leave out `private_by_default`";
const NO_CHALLENGE: &str =
    "no scheme has a challenge: leave out `complete_challenges`, or add a scheme that has one";

/// All that is wrong, in order.
fn problems(schemes: impl Into<Schemes<User>>, turn: impl Fn(Builder) -> Builder) -> Vec<String> {
    let built = turn(AuthLayer::new(schemes, anyone())).build();
    let problems = built.err().map(|error| {
        let problems = error.problems().iter().map(ToString::to_string);
        problems.collect()
    });
    problems.unwrap_or_default()
}

#[test]
fn vary_by_credentials_needs_a_field_to_vary_by() {
    let vary = |schemes| problems(schemes, Builder::vary_by_credentials);
    assert_eq!(vary(bearer().into()), [NOTHING_TO_VARY_BY]);
    assert_eq!(vary(bearer().or(basic())), [NOTHING_TO_VARY_BY]);
    let query = bearer().dangerously_in_query("access_token");
    assert_eq!(vary(query.into()), [NOTHING_TO_VARY_BY]);

    assert_eq!(vary(bearer().or(api_key())), [""; 0]);
    assert_eq!(vary(bearer().in_field("X-Token").into()), [""; 0]);
    let cookie = bearer().in_cookie("__Host-token", SameOrigin::new());
    assert_eq!(vary(cookie.into()), [""; 0]);
}

#[test]
fn private_by_default_needs_credentials_that_caches_do_not_know_of() {
    let private = |schemes| problems(schemes, Builder::private_by_default);
    assert_eq!(private(bearer().into()), [NOTHING_TO_KEEP_PRIVATE]);
    assert_eq!(private(basic().or(bearer())), [NOTHING_TO_KEEP_PRIVATE]);

    assert_eq!(private(bearer().or(api_key())), [""; 0]);
    let query = bearer().dangerously_in_query("access_token");
    assert_eq!(private(query.into()), [""; 0]);
    assert_eq!(private(Told::ambient("Certificate").into()), [""; 0]);
}

#[test]
fn complete_challenges_needs_a_scheme_that_has_one() {
    let complete = |schemes| problems(schemes, Builder::complete_challenges);
    let certificate = || Told::ambient("Certificate").mute();
    let silent = || Told::explicit("Silent").mute();
    assert_eq!(complete(certificate().into()), [NO_CHALLENGE]);
    assert_eq!(complete(silent().or(certificate())), [NO_CHALLENGE]);
    assert_eq!(complete(silent().or(bearer())), [""; 0]);
}

#[test]
fn all_that_would_change_nothing_is_told_at_once() {
    let silent = || Told::explicit("Silent").mute();
    for options in Options::all() {
        let told = problems(silent(), |builder| options.on(builder));
        let expected = [
            (options.vary, NOTHING_TO_VARY_BY),
            (options.private, NOTHING_TO_KEEP_PRIVATE),
            (options.completes, NO_CHALLENGE),
        ];
        let expected = expected.into_iter().filter(|(on, _)| *on);
        assert!(
            told.iter().eq(expected.map(|(_, problem)| problem)),
            "{told:?}"
        );

        let whole = silent().or(api_key());
        assert_eq!(problems(whole, |builder| options.on(builder)), [""; 0]);
    }
}

#[test]
fn the_others_suit_every_scheme() {
    let turn = |builder: Builder| builder.no_store_on_not_found().pass_preflights();
    assert_eq!(problems(Told::explicit("Silent").mute(), turn), [""; 0]);
}
