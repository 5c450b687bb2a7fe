//! Policies, pages and services that tell, where they can, all that they are shown.

use std::{convert::Infallible, io, panic::resume_unwind};

use http::{Request, Response};
use tower::{Service, service_fn};
use tower_auth::{
    Decision, Denied, Hidden, Login, NeedsLogin, NoBody, Refusal, Remedy, Unavailable,
    policy::{self, Access, BoxPolicy, PolicyExt as _, View},
};

use crate::{canary::Body, judged::Name};

#[derive(Clone, Copy, Debug)]
pub(crate) enum Rule {
    Anyone,
    Authenticated,
    Denied,
    Closed,
    Scopes,
    Login,
    Hidden,
    Away,
    Waiting,
    Panic,
    Loads(Loader),
}

/// What a loader does with all that it is shown.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Loader {
    /// The policy about the thing tells it.
    Finds,
    Nothing,
    Fails,
    Panics,
}

/// A policy that tells, where it can, all that it is shown.
pub(crate) fn policy(rule: Rule) -> BoxPolicy<Name> {
    let deny = |remedy: Remedy| {
        let policy = move |access: &Access<'_, Name>| {
            let seen = format!("{:?} {:?}", access.headers(), access.raw_head());
            Denied::new(remedy.clone())
                .code("no")
                .detail("No.")
                .reason(seen)
        };
        policy.boxed()
    };
    match rule {
        Rule::Anyone => policy::anyone().boxed(),
        Rule::Authenticated => policy::authenticated().boxed(),
        Rule::Denied => deny(Remedy::OtherCredentials),
        Rule::Closed => deny(Remedy::Nothing),
        Rule::Scopes => deny(Remedy::scopes(["write"])),
        Rule::Login => deny(Remedy::login(Login::one_of(["mfa"]))),
        Rule::Hidden => deny(Remedy::OtherCredentials).hide().boxed(),
        Rule::Away => (|access: &Access<'_, Name>| {
            let seen = format!("{:?}", access.raw_head());
            Decision::from(Unavailable::from(io::Error::other(seen)))
        })
        .boxed(),
        Rule::Waiting => policy::check_with((), async |(), view: View<Name>| {
            let seen = format!("{:?} {:?}", view.headers(), view.raw_head());
            Denied::new(Remedy::OtherCredentials).reason(seen)
        })
        .boxed(),
        Rule::Panic => {
            (|_: &Access<'_, Name>| -> bool { resume_unwind(Box::new("planned")) }).boxed()
        }
        Rule::Loads(loader) => loads(loader),
    }
}

fn loads(loader: Loader) -> BoxPolicy<Name> {
    let load = policy::load(loader, async |loader: Loader, view: View<Name>| {
        let seen = format!("{:?} {:?}", view.headers(), view.raw_head());
        match loader {
            Loader::Finds => Ok(Some(seen)),
            Loader::Nothing => Ok(None),
            Loader::Fails => Err(io::Error::other(seen)),
            Loader::Panics => resume_unwind(Box::new(seen)),
        }
    });
    let about = |access: &Access<'_, Name>| {
        let seen = access.extension::<String>();
        Denied::new(Remedy::OtherCredentials).reason(seen.cloned().unwrap_or_default())
    };
    load.for_strangers_too().then(about).boxed()
}

/// What a service answers.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Answers {
    /// All that it is shown.
    Shows,
    Denied,
    Hidden,
    NeedsLogin,
    Unavailable,
}

/// An answer that tells all that is shown, to the caller or as a private reason.
fn answer<B>(answers: Answers, request: &Request<B>) -> Response<Body>
where
    Request<B>: std::fmt::Debug,
{
    let seen = format!("{request:?}");
    let refusal: Refusal = match answers {
        Answers::Shows => return Response::new(Body::from(seen)),
        Answers::Denied => Denied::new(Remedy::OtherCredentials).reason(seen).into(),
        Answers::Hidden => Hidden::new().reason(seen).into(),
        Answers::NeedsLogin => NeedsLogin::again(Login::one_of(["mfa"])).into(),
        Answers::Unavailable => io::Error::other(seen).into(),
    };
    refusal.response(Body::default())
}

pub(crate) fn inner(
    answers: Answers,
) -> impl Service<Request<()>, Response = Response<Body>, Error = Infallible, Future: Send> + Clone
{
    service_fn(move |request: Request<()>| {
        let response = answer(answers, &request);
        async { Ok(response) }
    })
}

pub(crate) fn page(
    answers: Answers,
) -> impl Service<Request<NoBody>, Response = Response<Body>, Error = Infallible, Future: Send>
+ Clone
+ Send
+ Sync
+ 'static {
    service_fn(move |request: Request<NoBody>| {
        let response = answer(answers, &request);
        async { Ok(response) }
    })
}
