//! Applications that hide documents, each in another way.

use std::time::{Duration, SystemTime};

use axum::{
    Router,
    body::Body,
    http::StatusCode,
    routing::{MethodRouter, delete, get},
};
use tower::Layer as _;
use tower_auth::{
    AuthLayer, AuthService, Clock, GuardedRouter,
    policy::{self, PolicyExt as _, role},
};

use crate::{
    callers::{Manner, PLAIN, User},
    pages::{Missing, no_such_method, read, read_as, read_loaded, read_or_refuse},
    rules::{DOCUMENTS, Rule, loaded},
};

/// Where documents are hidden, and by what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Route,
    Layer,
    RouteOfACaller,
    /// A rule that loads the document first.
    Loaded,
    /// The handler refuses.
    Handler,
    Guarded,
    /// Another method has another policy, and the document is loaded first.
    GuardedByMethod,
    /// All may pass, and the handler refuses.
    GuardedHandler,
}
use self::Place::{
    Guarded, GuardedByMethod, GuardedHandler, Handler, Layer, Loaded, Route, RouteOfACaller,
};

/// Where the route stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nesting {
    Flat,
    Once,
    Twice,
    Merged,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct App {
    pub(crate) place: Place,
    pub(crate) missing: Missing,
    pub(crate) nesting: Nesting,
    pub(crate) manner: Manner,
    pub(crate) rule: Rule,
}

const PLACES: [Place; 8] = [
    Route,
    Layer,
    RouteOfACaller,
    Loaded,
    Handler,
    Guarded,
    GuardedByMethod,
    GuardedHandler,
];
const MISSING: [Missing; 3] = [Missing::Page, Missing::Echo, Missing::Default];
const NESTINGS: [Nesting; 4] = [
    Nesting::Flat,
    Nesting::Once,
    Nesting::Twice,
    Nesting::Merged,
];

impl App {
    /// Every way to hide, in every nesting, with every not-found page.
    pub(crate) fn all() -> Vec<Self> {
        let mut all = Vec::new();
        for place in PLACES {
            for missing in MISSING {
                all.extend(NESTINGS.map(|nesting| Self {
                    place,
                    missing,
                    nesting,
                    manner: PLAIN,
                    rule: DOCUMENTS,
                }));
            }
        }
        all
    }

    /// A third of them: every way to hide in every nesting, and each of the two with every page.
    pub(crate) fn square() -> Vec<Self> {
        let numbered = Self::all().into_iter().enumerate();
        let square = |(number, _): &(usize, _)| {
            let (place, missing, nesting) = (number / 12, number / 4 % 3, number % 4);
            (place + missing + nesting) % 3 == 0
        };
        numbered.filter(square).map(|(_, app)| app).collect()
    }

    /// An application for each of the manners with each of the rules, each in another place.
    pub(crate) fn of(manners: &[Manner], rules: &[Rule]) -> Vec<Self> {
        let pairs = manners
            .iter()
            .flat_map(|manner| rules.iter().map(move |rule| (*manner, *rule)));
        let apps = pairs.enumerate().map(|(number, (manner, rule))| Self {
            place: PLACES[number % 8],
            missing: MISSING[(number + number / 3) % 3],
            nesting: NESTINGS[(number + number / 8) % 4],
            manner,
            rule,
        });
        apps.map(Self::that_conceals).collect()
    }

    /// A layer that hides everything and passes preflights shows them what is inside.
    pub(crate) fn that_conceals(self) -> Self {
        match self.place {
            Layer if self.manner.passes_preflights => Self {
                place: Guarded,
                ..self
            },
            _ => self,
        }
    }

    pub(crate) fn prefix(self) -> &'static str {
        match self.nesting {
            Nesting::Flat | Nesting::Merged => "",
            Nesting::Once => "/api",
            Nesting::Twice => "/api/v1",
        }
    }

    /// The methods that those are told who may see a document.
    pub(crate) fn allow(self) -> &'static str {
        match self.place {
            GuardedByMethod => "GET,HEAD,DELETE",
            _ => "GET,HEAD",
        }
    }

    pub(crate) fn service(self) -> AuthService<Router, User, Body> {
        match self.place {
            Guarded | GuardedByMethod | GuardedHandler => self.guarded(),
            Route | Layer | RouteOfACaller | Loaded | Handler => self.layered(),
        }
    }

    fn layer(self) -> AuthLayer<User, Body> {
        let schemes = (self.manner.schemes)();
        let layer = match self.place {
            Layer => AuthLayer::new(schemes, (self.rule.policy)()),
            _ => AuthLayer::new(schemes, policy::anyone()),
        };
        let layer = (self.manner.turn)(layer);
        let layer = match (self.missing, self.missing.router()) {
            // It is one page for all.
            (Missing::Page, Some(not_found)) if self.nesting != Nesting::Flat => {
                layer.not_found_by_target(not_found)
            }
            (_, Some(not_found)) => layer.not_found(not_found),
            (_, None) => layer,
        };
        let noon = SystemTime::UNIX_EPOCH + Duration::from_secs(43_200);
        layer.clock(Clock::fixed(noon)).build().expect("a layer")
    }

    fn layered(self) -> AuthService<Router, User, Body> {
        let layer = self.layer();
        let behind = |read: MethodRouter, policy| {
            let rule = layer.require(policy).expect("a layer");
            read.layer(rule)
        };
        let read = match self.place {
            Route => behind(get(read), (self.rule.policy)()),
            RouteOfACaller => behind(get(read_as), (self.rule.policy)()),
            Loaded => behind(get(read_loaded), loaded(self.rule)),
            Handler => self.refusing(),
            _ => get(read),
        };
        let documents = Router::new().route("/docs/{id}", read);
        let router = match self.nesting {
            Nesting::Flat => documents,
            Nesting::Once => Router::new().nest("/api", documents),
            Nesting::Twice => Router::new().nest("/api", Router::new().nest("/v1", documents)),
            Nesting::Merged => Router::new().merge(documents),
        };
        let router = router.route("/open", get(open));
        layer.layer(match self.missing.router() {
            Some(not_found) => router.fallback_service(not_found),
            None => router,
        })
    }

    fn guarded(self) -> AuthService<Router, User, Body> {
        let (path, rule) = ("/docs/{id}", self.rule);
        let documents = GuardedRouter::new();
        let documents = match self.place {
            GuardedByMethod => documents.route(path, loaded(rule), get(read_loaded)).route(
                path,
                role("admin").hide(),
                delete(remove),
            ),
            GuardedHandler => documents.route(path, policy::anyone(), self.refusing()),
            _ => documents.route(path, (rule.policy)(), get(read)),
        };
        let router = match self.nesting {
            Nesting::Flat => documents,
            Nesting::Once => GuardedRouter::new().nest("/api", documents),
            Nesting::Twice => {
                GuardedRouter::new().nest("/api", GuardedRouter::new().nest("/v1", documents))
            }
            Nesting::Merged => GuardedRouter::new().merge(documents),
        };
        let router = router.route("/open", policy::anyone(), get(open));
        router.guarded_by(&self.layer()).expect("a router")
    }

    fn refusing(self) -> MethodRouter {
        let read = get(read_or_refuse).fallback(no_such_method);
        read.with_state(self.rule)
    }
}

async fn open() -> &'static str {
    "open"
}

async fn remove() -> StatusCode {
    StatusCode::NO_CONTENT
}
