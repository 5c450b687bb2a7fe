//! What a scheme, policies, the services and a page answer to one request, and when.

use http::request::Parts;

use crate::dice::Dice;

/// The most layers that stand one inside the other.
pub(crate) const DEEPEST: usize = 4;

/// Here at once, or after so many polls.
pub(crate) type When = Option<u8>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Absent,
    Verified,
    Rejected,
    Unavailable,
    Panic,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Says {
    Allow,
    Deny,
    Hide,
    Unavailable,
    Panic,
}

/// How a rule comes to its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Plain,
    /// It loads a thing first, and asks about strangers before that.
    Loads,
    /// It loads a thing first.
    LoadsForStrangersToo,
}

/// What a loader does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Loader {
    Finds,
    FindsNothing,
    Fails,
    /// Before there is anything to wait for.
    PanicsAtOnce,
    PanicsLater,
    Never,
}

/// The answers of one rule.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rule {
    pub(crate) kind: Kind,
    /// Of strangers, before anything is loaded.
    pub(crate) early: (Says, When),
    pub(crate) loader: (Loader, u8),
    pub(crate) says: (Says, When),
}

/// Who refuses what, of those who are no rule: the inner service, or the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refuses {
    Denied,
    Hidden,
    NeedsLogin,
    Unavailable,
}

/// What a service answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answers {
    Responds,
    /// With an error of its own.
    Breaks,
    Panics,
    Refuses(Refuses),
    /// With a refusal that is another layer's.
    RefusesElsewhere,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Preflight {
    Not,
    /// But for one field.
    Almost,
    Is,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    pub(crate) number: u32,
    pub(crate) preflight: Preflight,
    pub(crate) found: (Found, When),
    /// One for each layer, from the outside.
    pub(crate) rules: [Rule; DEEPEST],
    pub(crate) inner: (Answers, u8),
    /// The page breaks never.
    pub(crate) page: (Answers, u8),
}

impl Plan {
    /// Most go on, so that what comes later is seen too.
    pub(crate) fn random(number: u32, dice: &mut Dice) -> Self {
        use Found::{Absent, Panic, Rejected, Unavailable, Verified};
        let found = [
            Verified,
            Verified,
            Verified,
            Absent,
            Absent,
            Rejected,
            Unavailable,
            Panic,
        ];
        let preflight = dice.one_of(&[
            Preflight::Not,
            Preflight::Not,
            Preflight::Not,
            Preflight::Almost,
            Preflight::Is,
        ]);
        Self {
            number,
            preflight,
            found: (dice.one_of(&found), when(dice)),
            rules: [(); DEEPEST].map(|()| Rule::random(dice)),
            inner: service(dice),
            page: match service(dice) {
                (Answers::Breaks, waits) => (Answers::Responds, waits),
                page => page,
            },
        }
    }

    pub(crate) fn of(head: &Parts) -> Self {
        *head.extensions.get().expect("a plan")
    }
}

impl Rule {
    fn random(dice: &mut Dice) -> Self {
        let says = |dice: &mut Dice| match dice.below(4) {
            0 => dice.one_of(&[Says::Deny, Says::Hide, Says::Unavailable, Says::Panic]),
            _ => Says::Allow,
        };
        let loader = |dice: &mut Dice| match dice.below(4) {
            0 => dice.one_of(&[
                Loader::FindsNothing,
                Loader::Fails,
                Loader::PanicsAtOnce,
                Loader::PanicsLater,
                Loader::Never,
            ]),
            _ => Loader::Finds,
        };
        let kinds = [
            Kind::Plain,
            Kind::Plain,
            Kind::Loads,
            Kind::LoadsForStrangersToo,
        ];
        Self {
            kind: dice.one_of(&kinds),
            early: (says(dice), when(dice)),
            loader: (loader(dice), dice.one_of(&[0, 0, 1, 3])),
            says: (says(dice), when(dice)),
        }
    }
}

fn when(dice: &mut Dice) -> When {
    dice.one_of(&[None, None, None, Some(0), Some(1), Some(3)])
}

fn service(dice: &mut Dice) -> (Answers, u8) {
    let refuses = Answers::Refuses(dice.one_of(&[
        Refuses::Denied,
        Refuses::Hidden,
        Refuses::Hidden,
        Refuses::NeedsLogin,
        Refuses::Unavailable,
    ]));
    let answers = [
        Answers::Responds,
        Answers::Responds,
        Answers::Breaks,
        Answers::Panics,
        refuses,
        refuses,
        refuses,
        Answers::RefusesElsewhere,
    ];
    (dice.one_of(&answers), dice.one_of(&[0, 0, 1, 3]))
}
