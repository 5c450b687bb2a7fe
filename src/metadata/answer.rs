//! How the metadata of a resource is served (RFC 9728 §3.1 and §3.2).

use http::{
    HeaderValue, Method, Response, StatusCode,
    header::{
        ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
        ACCESS_CONTROL_MAX_AGE, ALLOW, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE,
    },
};

use super::document::ResourceMetadata;

const ANY: HeaderValue = HeaderValue::from_static("*");
/// `*` stands for all but `Authorization`, which some clients send along.
const FIELDS: HeaderValue = HeaderValue::from_static("*, authorization");
const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, OPTIONS");
const JSON: HeaderValue = HeaderValue::from_static("application/json");

impl ResourceMetadata {
    /// The answer to a request for the document, by its method: for a service that finds paths itself.
    ///
    /// | method | answer |
    /// |---|---|
    /// | `GET` | 200, the document, `Cache-Control: max-age` |
    /// | `HEAD` | the same without the document |
    /// | `OPTIONS` | 204: pages of any origin may fetch it, with whatever fields (preflights of CORS) |
    /// | any other | 405 with `Allow` |
    ///
    /// All of them say `Access-Control-Allow-Origin: *`: clients in browsers read the document before they have a
    /// token, and add fields of their own to the request. The `Service` answers all requests that it is handed
    /// so, whatever their path, query, fields and body: which they are, is up to what it is mounted in.
    ///
    /// ```
    /// use http::{Method, Request, StatusCode};
    /// use tower_auth::metadata::ResourceMetadata;
    ///
    /// let metadata = ResourceMetadata::new("https://api.example.com").build()?;
    /// let request = Request::get("/.well-known/oauth-protected-resource").body(()).unwrap();
    ///
    /// assert_eq!(request.uri().path(), metadata.path());
    /// assert_eq!(metadata.answer(request.method()).status(), StatusCode::OK);
    /// assert_eq!(metadata.answer(&Method::DELETE).status(), StatusCode::METHOD_NOT_ALLOWED);
    /// # Ok::<_, tower_auth::BuildError>(())
    /// ```
    #[must_use]
    pub fn answer(&self, method: &Method) -> Response<String> {
        match *method {
            Method::GET => self.told(self.json().to_owned()),
            Method::HEAD => self.told(String::new()),
            Method::OPTIONS => self.preflight(),
            _ => {
                let mut refused = empty(StatusCode::METHOD_NOT_ALLOWED);
                refused.headers_mut().insert(ALLOW, METHODS);
                refused
            }
        }
    }

    fn told(&self, body: String) -> Response<String> {
        let mut told = empty(StatusCode::OK).map(|_| body);
        let fields = told.headers_mut();
        fields.insert(CONTENT_TYPE, JSON);
        fields.insert(CONTENT_LENGTH, HeaderValue::from(self.json().len()));
        fields.insert(CACHE_CONTROL, self.cache_control());
        told
    }

    fn preflight(&self) -> Response<String> {
        let mut answer = empty(StatusCode::NO_CONTENT);
        let fields = answer.headers_mut();
        fields.insert(ALLOW, METHODS);
        fields.insert(ACCESS_CONTROL_ALLOW_METHODS, METHODS);
        fields.insert(ACCESS_CONTROL_ALLOW_HEADERS, FIELDS);
        fields.insert(ACCESS_CONTROL_MAX_AGE, self.seconds());
        answer
    }
}

fn empty(status: StatusCode) -> Response<String> {
    let mut response = Response::new(String::new());
    *response.status_mut() = status;
    let fields = response.headers_mut();
    fields.insert(ACCESS_CONTROL_ALLOW_ORIGIN, ANY);
    response
}
