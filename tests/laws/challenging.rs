//! Law 2: every 401 and 407 carries challenges that somebody else reads back as they were
//! configured.

use http::{HeaderName, Request, Response, header::AUTHORIZATION};
use proptest::{
    prelude::*,
    sample::{Index, subsequence},
};
use tower::{Layer, ServiceExt};
use tower_auth::{
    Attempt, AuthLayer, BasicCredentials, Denied, Login, Mode, Rejection, Remedy, Secret, Step,
    challenge::{Ask, Challenge, read},
    policy::{Policy, authenticated},
    scheme::{ApiKey, Basic, Bearer, Carrier, Presented, Scheme},
};

use crate::{
    independent::{self, Read},
    made_up::{cases, login},
    support::{
        inner::{Body, Inner},
        rules::says,
        schemes::{AnyScheme, bearer, joined},
        user::User,
        waiting::block_on,
    },
};

/// A scheme that is configured.
#[derive(Clone, Debug)]
enum Made {
    Basic,
    Bearer,
    Key(&'static str),
    /// One of another's, which knows nobody.
    Named(&'static str),
}

const POOL: [Made; 8] = [
    Made::Basic,
    Made::Bearer,
    Made::Key("x-api-key"),
    Made::Key("x-other-key"),
    Made::Named("Newauth"),
    Made::Named("!#$%&'*+-.^_`|~"),
    Made::Named("s"),
    Made::Named("SCRAM-SHA-256"),
];

/// With its realm, and where a scheme can say it, scopes and a link.
#[derive(Clone, Debug)]
struct Configured {
    made: Made,
    realm: String,
    hint: Vec<String>,
    link: Option<String>,
}

struct Named {
    name: &'static str,
    challenge: Challenge,
}

impl Scheme for Named {
    type Principal = User;

    fn name(&self) -> &'static str {
        self.name
    }

    fn carrier(&self) -> Carrier {
        Carrier::Authorization
    }

    fn attempt(&self, _: &Presented<'_>) -> Step<Attempt<User>> {
        Step::later(async { Attempt::Rejected(Rejection::Refused) })
    }

    fn challenge(&self, _: Ask<'_>) -> Option<Challenge> {
        Some(self.challenge.clone())
    }
}

impl Configured {
    fn scheme(&self) -> AnyScheme {
        let nobody = |_: Secret<'_>| None::<User>;
        match self.made {
            Made::Basic => {
                let nobody = |_: BasicCredentials<'_>| None::<User>;
                Box::new(Basic::new(&self.realm, nobody))
            }
            Made::Bearer => {
                let bearer = Bearer::new(&self.realm, nobody).scope_hint(&self.hint);
                Box::new(match &self.link {
                    Some(link) => bearer.resource_metadata(link),
                    None => bearer,
                })
            }
            Made::Key(field) => Box::new(ApiKey::new(field, &self.realm, nobody)),
            Made::Named(name) => Box::new(Named {
                name,
                challenge: Challenge::new(name, &self.realm).unwrap(),
            }),
        }
    }

    /// Its challenge, with an error if its own credentials were rejected.
    fn expected(&self, tried: bool) -> Read {
        let scopes = self.hint.join(" ");
        let mut parameters = vec![("realm", self.realm.as_str())];
        let name = match self.made {
            Made::Basic => {
                parameters.push(("charset", "UTF-8"));
                "Basic"
            }
            Made::Bearer => {
                parameters.extend(self.link.as_deref().map(|link| ("resource_metadata", link)));
                parameters.extend((!scopes.is_empty()).then_some(("scope", scopes.as_str())));
                parameters.extend(tried.then_some(("error", "invalid_token")));
                "Bearer"
            }
            Made::Key(_) => "ApiKey",
            Made::Named(name) => name,
        };
        sorted(name, &parameters)
    }

    /// Wrong credentials.
    fn wrong(&self) -> (HeaderName, String) {
        match self.made {
            Made::Basic => (AUTHORIZATION, "bAsIc dTpw".to_owned()),
            Made::Bearer => (AUTHORIZATION, "BEARER wrong".to_owned()),
            Made::Key(field) => (HeaderName::from_static(field), "wrong".to_owned()),
            Made::Named(name) => (AUTHORIZATION, format!("{} wrong", name.to_lowercase())),
        }
    }
}

fn sorted(scheme: &str, parameters: &[(&str, &str)]) -> Read {
    let owned = |text: &&str| (*text).to_owned();
    let parameters = parameters
        .iter()
        .map(|(name, value)| (owned(name), owned(value)));
    let mut parameters: Vec<_> = parameters.collect();
    parameters.sort();
    (scheme.to_owned(), parameters)
}

/// What a request carries.
#[derive(Clone, Debug)]
enum Sent {
    Nothing,
    Unknown,
    Twice,
    Wrong(Index),
}

fn sent() -> impl Strategy<Value = Sent> {
    prop_oneof![
        1 => Just(Sent::Nothing),
        1 => Just(Sent::Unknown),
        1 => Just(Sent::Twice),
        3 => any::<Index>().prop_map(Sent::Wrong),
    ]
}

fn configured() -> impl Strategy<Value = Vec<Configured>> {
    let made = subsequence(POOL.to_vec(), 1..=POOL.len()).prop_shuffle();
    let realms = prop::collection::vec("[ -~]{1,40}", POOL.len());
    let links = prop::option::of("https://[a-z]{1,8}[.]example/[a-z0-9/?=&,]{0,12}");
    let hints = prop::collection::btree_set("[a-z:.]{1,8}", 0..3);
    (made, realms, hints, links).prop_map(|(made, realms, hint, link)| {
        let with_realms = made.into_iter().zip(realms);
        let configured = with_realms.map(|(made, realm)| Configured {
            made,
            realm,
            hint: hint.iter().cloned().collect(),
            link: link.clone(),
        });
        configured.collect()
    })
}

fn ask(
    schemes: Vec<AnyScheme>,
    policy: impl Policy<User>,
    mode: Mode,
    request: Request<()>,
) -> Response<Body> {
    let schemes = joined(schemes);
    let builder = match mode {
        Mode::Origin => AuthLayer::new(schemes, policy),
        Mode::Proxy => AuthLayer::proxy(schemes, policy),
    };
    let service = builder.build().unwrap().layer(Inner::default());
    let Ok(response) = block_on(service.oneshot(request));
    response
}

/// The challenges of a response, read by somebody else. Each stands on a line of its own, and our
/// reader reads the same.
fn challenges(response: &Response<Body>, mode: Mode) -> Vec<Read> {
    let lines = response.headers().get_all(mode.authenticate());
    let lines: Vec<_> = lines.iter().map(|line| line.to_str().unwrap()).collect();
    let others = read(&lines).unwrap();
    let mut challenges = Vec::new();
    for (line, other) in lines.iter().zip(&others) {
        let [(scheme, parameters)] =
            <[Read; 1]>::try_from(independent::read(line).unwrap()).unwrap();
        assert_eq!(other.scheme(), scheme);
        let alike = parameters
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        assert!(other.parameters().eq(alike), "{line}");
        let parameters: Vec<_> = other.parameters().collect();
        challenges.push(sorted(&scheme, &parameters));
    }
    assert_eq!(challenges.len(), others.len());
    challenges
}

proptest! {
    #![proptest_config(cases(300))]

    /// 9110-11.6.1-a, 9110-11.7.1-a, 9110-11.3-d, 9110-11.6.1-e
    #[test]
    fn every_401_and_407_carries_what_was_configured_in_the_order_given(
        configured in configured(),
        sent in sent(),
        proxy in any::<bool>(),
    ) {
        let mode = if proxy { Mode::Proxy } else { Mode::Origin };
        let mut request = Request::new(());
        let mut carry = |name: HeaderName, value: &str| {
            let name = if name == AUTHORIZATION { mode.authorization() } else { name };
            request.headers_mut().append(name, value.parse().unwrap());
        };
        let mut tried = None;
        match &sent {
            Sent::Nothing => {}
            Sent::Unknown => carry(AUTHORIZATION, "Unknown x"),
            Sent::Twice => (0..2).for_each(|_| carry(AUTHORIZATION, "Bearer a")),
            Sent::Wrong(place) => {
                let place = place.index(configured.len());
                let (name, value) = configured[place].wrong();
                carry(name, &value);
                tried = Some(place);
            }
        }
        let schemes = configured.iter().map(Configured::scheme).collect();
        let response = ask(schemes, authenticated(), mode, request);

        assert_eq!(response.status(), if proxy { 407 } else { 401 });
        let expected = configured.iter().enumerate().map(|(place, one)| one.expected(tried == Some(place)));
        assert_eq!(challenges(&response, mode), expected.collect::<Vec<_>>());
        let other = if proxy { Mode::Origin } else { Mode::Proxy };
        assert!(!response.headers().contains_key(other.authenticate()));
    }

    /// 6750-3.1-c, 6750-3-e, 9470-3-a, 9470-3-b, 9470-3-d
    #[test]
    fn what_is_missing_is_told_as_it_was_said(
        scopes in prop::collection::vec(r"[!#-\[\]-~]{1,12}", 0..6),
        login in prop::option::of(login()),
    ) {
        let lacks_login = login.is_some();
        let needed = Remedy::scopes(scopes.clone());
        let remedy = match (login.clone(), scopes.is_empty()) {
            (Some(login), true) => Remedy::login(login),
            (Some(login), false) => needed.and(Remedy::login(login)),
            (None, _) => needed,
        };
        let policy = says(move || Denied::new(remedy.clone()).into());
        let mut request = Request::new(());
        request.headers_mut().insert(AUTHORIZATION, "Bearer canary-true".parse().unwrap());
        let response = ask(vec![Box::new(bearer())], policy, Mode::Origin, request);

        assert_eq!(response.status(), if lacks_login { 401 } else { 403 });
        let scope = spaced(&unique(&scopes));
        let login = login.unwrap_or_else(Login::default);
        let classes = spaced(login.acr_values());
        let age = login.max_age().map(|age| age.as_secs().to_string());
        let error = if lacks_login { "insufficient_user_authentication" } else { "insufficient_scope" };

        let mut parameters = vec![("realm", "api"), ("error", error)];
        parameters.extend((!classes.is_empty()).then_some(("acr_values", classes.as_str())));
        parameters.extend(age.as_deref().map(|age| ("max_age", age)));
        parameters.extend((!scope.is_empty()).then_some(("scope", scope.as_str())));
        let expected = if lacks_login || !scopes.is_empty() {
            vec![sorted("Bearer", &parameters)]
        } else {
            Vec::new()
        };
        assert_eq!(challenges(&response, Mode::Origin), expected);
    }
}

fn unique(texts: &[String]) -> Vec<&String> {
    let mut seen = Vec::new();
    for text in texts {
        if !seen.contains(&text) {
            seen.push(text);
        }
    }
    seen
}

fn spaced(texts: &[impl ToString]) -> String {
    let texts: Vec<_> = texts.iter().map(ToString::to_string).collect();
    texts.join(" ")
}
