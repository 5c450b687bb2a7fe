//! A secret that must not be seen again, and all the forms that it could be seen in.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{Request, Response, response};
use http_body_util::{BodyExt as _, Full};
use tokio_test::block_on;
use tower_auth::audit::Record;

pub(crate) type Body = Full<bytes::Bytes>;

#[derive(Clone, Debug)]
pub(crate) struct Canary(pub(crate) String);

impl Canary {
    /// `user:secret`, as `Basic` sends it.
    pub(crate) fn basic(&self, user: &str) -> String {
        STANDARD.encode(format!("{user}:{}", self.0))
    }

    /// Sees that nothing of the secret is in `text`.
    pub(crate) fn assert_not_in(&self, text: &str, context: &str) {
        let listed = format!("{:?}", self.0.as_bytes());
        let listed = listed.trim_matches(['[', ']']).to_owned();
        let escaped = format!("{}", self.0.escape_debug());
        let encoded = self.basic("alice");
        // The user-id shifts what base64 makes of the rest.
        let shifted = [0, 1, 2].map(|shift| {
            let rest = self.0.get(shift..).unwrap_or_default();
            STANDARD.encode(&rest[..rest.len() - rest.len() % 3])
        });
        let forms = [self.0.clone(), listed, escaped, encoded]
            .into_iter()
            .chain(shifted);
        for form in forms {
            assert!(
                !text.contains(&form),
                "`{form}` of {self:?} is in {context}: {text}"
            );
        }
    }
}

/// All that a response tells: to the caller, and to layers outside.
pub(crate) fn all_of(response: Response<Body>) -> String {
    let (head, body) = response.into_parts();
    format!(
        "{} {:?}",
        wire(&head, body),
        head.extensions.get::<Record>()
    )
}

/// All that a response tells to the caller.
pub(crate) fn wire(head: &response::Parts, body: Body) -> String {
    let body = block_on(body.collect()).expect("a body").to_bytes();
    let fields: Vec<_> = head
        .headers
        .iter()
        .map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value.as_bytes())))
        .collect();
    format!(
        "{} {fields:?} {}",
        head.status,
        String::from_utf8_lossy(&body)
    )
}

/// A request with these fields.
pub(crate) fn request(fields: &[(&str, &str)]) -> Request<()> {
    let request = Request::get("/docs?page=1");
    let request = fields.iter().fold(request, |request, (name, value)| {
        request.header(*name, *value)
    });
    request.body(()).expect("a request")
}
