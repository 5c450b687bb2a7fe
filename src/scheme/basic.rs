//! `Basic` ([RFC 7617](https://www.rfc-editor.org/rfc/rfc7617)): a user-id and a password, on every request.
//!
//! - Proves: knowledge of a password. Browsers ask for it by themselves, and send it by themselves from
//!   then on, with what pages of other sites ask for too: let whatever changes something demand
//!   [`same_origin`](crate::policy::same_origin) as well, where people log in with it.
//! - Reads: `Authorization: Basic <base64 of user-id:password>`, in any case of the name.
//! - Challenges: `Basic realm="..", charset="UTF-8"` (§2.1), so that clients send UTF-8.
//! - An attacker controls: all of it. Base64 is read strictly (one spelling for one credential),
//!   text must be UTF-8 without control or direction-changing characters, up to 1.5 KiB.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use zeroize::Zeroizing;

use crate::{
    attempt::{Attempt, Rejection},
    challenge::{Ask, Challenge},
    credentials::BasicCredentials,
    grammar::is_unfit,
    inspect::Inspection,
    secret::Secret,
    step::Step,
    verify::{FixedUser, Verify},
};

use super::{
    contract::{Carrier, Presented, Scheme},
    draft::Draft,
};

const NAME: &str = "Basic";

/// Room for a user-id of 512 and a password of 1,023 bytes, decoded without an allocation.
const LONGEST: usize = 1536;

type Verifier<P> = dyn for<'a> Verify<BasicCredentials<'a>, Principal = P>;

/// The `Basic` scheme of [RFC 7617].
///
/// A user-id or a password may be empty: the verifier judges them. The first colon parts the
/// two. User-id and password are at most 1,535 bytes together; longer ones are malformed.
///
/// ```
/// # tokio_test::block_on(async {
/// use http::{Request, Response, StatusCode, header::WWW_AUTHENTICATE};
/// use tower::{Layer, ServiceExt, service_fn};
/// use tower_auth::{AuthLayer, policy, scheme::Basic};
///
/// let layer = AuthLayer::new(Basic::fixed("staff area", "Aladdin", "open sesame", "Aladdin"), policy::authenticated())
///     .build_with(Vec::from)?;
/// let service = layer.layer(service_fn(|_: Request<()>| async {
///     Ok::<_, std::convert::Infallible>(Response::new(Vec::new()))
/// }));
///
/// let request = Request::get("/").header("authorization", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==").body(())?;
/// assert_eq!(service.clone().oneshot(request).await?.status(), StatusCode::OK);
///
/// let refused = service.oneshot(Request::get("/").body(())?).await?;
/// assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
/// assert_eq!(refused.headers()[WWW_AUTHENTICATE], r#"Basic realm="staff area", charset="UTF-8""#);
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
///
/// [RFC 7617]: https://www.rfc-editor.org/rfc/rfc7617
pub struct Basic<P> {
    verifier: Box<Verifier<P>>,
    challenge: Draft,
}

impl<P: Clone + Send + Sync + 'static> Basic<P> {
    /// User-ids and passwords for `realm`, judged by `verifier`.
    pub fn new(
        realm: &str,
        verifier: impl for<'a> Verify<BasicCredentials<'a>, Principal = P>,
    ) -> Self {
        let mut challenge = Draft::new(NAME, realm);
        challenge.add("charset", "UTF-8");
        Self {
            verifier: Box::new(verifier),
            challenge,
        }
    }

    /// One user-id with its password, compared in constant time; whoever presents both is
    /// `principal`.
    pub fn fixed<'a>(
        realm: &str,
        user_id: &str,
        password: impl Into<Secret<'a>>,
        principal: P,
    ) -> Self {
        Self::new(realm, FixedUser::new(user_id, password, principal))
    }
}

impl<P: Clone + Send + Sync + 'static> Scheme for Basic<P> {
    type Principal = P;

    fn name(&self) -> &'static str {
        NAME
    }

    fn carrier(&self) -> Carrier {
        Carrier::Authorization
    }

    fn attempt(&self, presented: &Presented<'_>) -> Step<Attempt<P>> {
        let mut room = Zeroizing::new([0; LONGEST]);
        match decode(presented.credentials(), &mut room) {
            Some(credentials) => self.verifier.verify(credentials).map(Attempt::from),
            None => Step::Now(Attempt::Rejected(Rejection::Malformed)),
        }
    }

    fn account(&self, presented: &Presented<'_>) -> Option<String> {
        let mut room = Zeroizing::new([0; LONGEST]);
        let credentials = decode(presented.credentials(), &mut room)?;
        Some(credentials.user_id().to_owned())
    }

    fn challenge(&self, ask: Ask<'_>) -> Option<Challenge> {
        match ask {
            Ask::Credentials | Ask::Again(_) => self.challenge.finished().cloned(),
            Ask::MoreScopes(_) | Ask::StepUp(_) => None,
        }
    }

    fn inspect(&self, inspection: &mut Inspection) {
        self.challenge.inspect(inspection);
        self.verifier.inspect(inspection, NAME);
    }
}

fn decode<'a>(encoded: &[u8], room: &'a mut [u8; LONGEST]) -> Option<BasicCredentials<'a>> {
    let length = STANDARD.decode_slice(encoded, room).ok()?;
    let text = str::from_utf8(room.get(..length)?).ok()?;
    if text.chars().any(is_unfit) {
        return None;
    }
    let (user_id, password) = text.split_once(':')?;
    Some(BasicCredentials::new(user_id, password))
}
