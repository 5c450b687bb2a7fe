//! What the metadata of a resource can say, and is checked before it is served.

use std::time::Duration;

use crate::{
    inspect::{BuildError, Inspection},
    url::Plain,
};

use super::{
    document::ResourceMetadata,
    member::{BearerMethod, MemberValue},
};

impl ResourceMetadata {
    /// Starts the metadata of `resource`: its identifier, an `https` URL without a fragment ([RFC 9728 §1.2]), kept
    /// byte by byte.
    ///
    /// Clients compare it with what they asked for, and authorization servers put it into the `aud` of
    /// tokens, so write it the one way that all of them do: as clients are told it, in lower case where URLs do not
    /// care, and most often without a slash at the end. A query is allowed, and discouraged.
    ///
    /// ```
    /// use tower_auth::metadata::ResourceMetadata;
    ///
    /// let metadata = ResourceMetadata::new("https://rs.example.com/mcp")
    ///     .authorization_server("https://as.example.net")
    ///     .build()?;
    /// assert_eq!(metadata.url(), "https://rs.example.com/.well-known/oauth-protected-resource/mcp");
    ///
    /// let error = ResourceMetadata::new("http://rs.example.com").scopes(["two words"]).build().unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "`http://rs.example.com` in `resource` is not `https`: write that; `two words` is no scope: \
    ///      use printable characters without spaces, quotes and backslashes",
    /// );
    /// # Ok::<_, tower_auth::BuildError>(())
    /// ```
    ///
    /// [RFC 9728 §1.2]: https://www.rfc-editor.org/rfc/rfc9728#section-1.2
    #[expect(clippy::new_ret_no_self, reason = "what is built is checked first")]
    pub fn new(resource: &str) -> ResourceMetadataBuilder {
        ResourceMetadataBuilder {
            resource: resource.to_owned(),
            authorization_servers: Vec::new(),
            jwks_uri: None,
            scopes: Vec::new(),
            bearer_methods: vec![BearerMethod::Header],
            signing_algorithms: Vec::new(),
            name: None,
            documentation: None,
            policy: None,
            terms_of_service: None,
            members: Vec::new(),
            max_age: Duration::from_secs(3600),
            plain: Plain::Never,
        }
    }
}

/// Metadata that is being written. Made by [`ResourceMetadata::new`].
#[derive(Clone, Debug)]
#[must_use = "call `build` to get the metadata"]
pub struct ResourceMetadataBuilder {
    pub(super) resource: String,
    pub(super) authorization_servers: Vec<String>,
    pub(super) jwks_uri: Option<String>,
    pub(super) scopes: Vec<String>,
    bearer_methods: Vec<BearerMethod>,
    pub(super) signing_algorithms: Vec<String>,
    pub(super) name: Option<String>,
    pub(super) documentation: Option<String>,
    pub(super) policy: Option<String>,
    pub(super) terms_of_service: Option<String>,
    pub(super) members: Vec<(String, MemberValue)>,
    max_age: Duration,
    pub(super) plain: Plain,
}

impl ResourceMetadataBuilder {
    /// Adds an authorization server whose tokens this resource takes, by its issuer identifier
    /// (`authorization_servers`): an `https` URL without query and fragment ([RFC 8414 §2]), written exactly as
    /// the `iss` of its tokens is. The RFC lets you name none; clients of MCP need one.
    ///
    /// [RFC 8414 §2]: https://www.rfc-editor.org/rfc/rfc8414#section-2
    pub fn authorization_server(mut self, issuer: &str) -> Self {
        add(&mut self.authorization_servers, issuer.to_owned());
        self
    }

    /// Adds scopes that clients ask an authorization server for to use this resource (`scopes_supported`):
    /// recommended. Leave out those that you do not want everybody to know of. Clients that are told none in
    /// the challenge may ask for all of these: see
    /// [`Bearer::scope_hint`](crate::scheme::Bearer::scope_hint).
    pub fn scopes<T: Into<String>>(mut self, scopes: impl IntoIterator<Item = T>) -> Self {
        for scope in scopes {
            add(&mut self.scopes, scope.into());
        }
        self
    }

    /// How the resource takes Bearer tokens (`bearer_methods_supported`): in `Authorization` unless you say so.
    /// It has to be true of your layer. With none, the member is left out, which says nothing: for tokens in a
    /// cookie or in a field of their own.
    pub fn bearer_methods(mut self, methods: impl IntoIterator<Item = BearerMethod>) -> Self {
        self.bearer_methods.clear();
        for method in methods {
            add(&mut self.bearer_methods, method);
        }
        self
    }

    /// A name to show to people (`resource_name`): recommended. For one in another language, add a
    /// [`member`](Self::member) such as `resource_name#de`.
    pub fn name(mut self, name: &str) -> Self {
        self.name = Some(name.to_owned());
        self
    }

    /// A page for developers (`resource_documentation`).
    pub fn documentation(mut self, url: &str) -> Self {
        self.documentation = Some(url.to_owned());
        self
    }

    /// A page on what clients may do with the data (`resource_policy_uri`).
    pub fn policy(mut self, url: &str) -> Self {
        self.policy = Some(url.to_owned());
        self
    }

    /// A page with the terms of service (`resource_tos_uri`).
    pub fn terms_of_service(mut self, url: &str) -> Self {
        self.terms_of_service = Some(url.to_owned());
        self
    }

    /// Where the public keys of the *resource* stand (`jwks_uri`): those that it signs its responses with, not
    /// those that tokens are verified with, which the authorization server publishes. An `https` URL. Where the
    /// set has keys to encrypt with, too, each of them says what it is for (`use`).
    pub fn jwks_uri(mut self, url: &str) -> Self {
        self.jwks_uri = Some(url.to_owned());
        self
    }

    /// Adds algorithms that the resource signs its *responses* with (`resource_signing_alg_values_supported`).
    /// They are not those of tokens. `none` is none.
    pub fn signing_algorithms<T: Into<String>>(
        mut self,
        algorithms: impl IntoIterator<Item = T>,
    ) -> Self {
        for algorithm in algorithms {
            add(&mut self.signing_algorithms, algorithm.into());
        }
        self
    }

    /// Adds a member that has no method here, such as `resource_name#de` or one of your own. A name that is
    /// taken is a problem; a list without elements is left out.
    ///
    /// Among those without a method are `dpop_bound_access_tokens_required` and
    /// `tls_client_certificate_bound_access_tokens`: no scheme of this crate checks what tokens are bound to, so
    /// say it only of a scheme of your own that does. `signed_metadata` cannot be added, since it takes precedence
    /// over all that stands beside it ([RFC 9728 §2.2]) and nothing here could check what it says.
    ///
    /// [RFC 9728 §2.2]: https://www.rfc-editor.org/rfc/rfc9728#section-2.2
    pub fn member(mut self, name: &str, value: impl Into<MemberValue>) -> Self {
        self.members.push((name.to_owned(), value.into()));
        self
    }

    /// How long clients and caches may keep the document (`Cache-Control: max-age`, [RFC 9728 §7.10]), in whole
    /// seconds: one hour unless you say so. After a change, clients may go by the old one for as long.
    ///
    /// [RFC 9728 §7.10]: https://www.rfc-editor.org/rfc/rfc9728#section-7.10
    pub const fn max_age(mut self, age: Duration) -> Self {
        self.max_age = age;
        self
    }

    /// Takes `http` for `https` on `localhost`, its subdomains, `127.0.0.1` and `[::1]`: for development.
    pub const fn allow_http_on_loopback(mut self) -> Self {
        self.plain = Plain::OnLoopback;
        self
    }

    /// Checks all that was said.
    ///
    /// # Errors
    ///
    /// All that must change, in one value.
    pub fn build(self) -> Result<ResourceMetadata, BuildError> {
        let mut inspection = Inspection::default();
        self.inspect(&mut inspection);
        inspection.finish()?;
        let (age, members) = (self.max_age, self.members());
        Ok(ResourceMetadata::written(&self.resource, &members, age))
    }

    /// The members, in the order of the RFC, and then those that have no method.
    fn members(&self) -> Vec<(&str, MemberValue)> {
        let methods = self.bearer_methods.iter().map(|method| method.as_str());
        let methods: Vec<_> = methods.collect();
        let text = |text: &Option<String>| text.clone().map(MemberValue::from);
        let members: [(&str, Option<MemberValue>); 10] = [
            ("resource", Some(self.resource.as_str().into())),
            (
                "authorization_servers",
                Some(self.authorization_servers.clone().into()),
            ),
            ("jwks_uri", text(&self.jwks_uri)),
            ("scopes_supported", Some(self.scopes.clone().into())),
            ("bearer_methods_supported", Some(methods.into())),
            (
                "resource_signing_alg_values_supported",
                Some(self.signing_algorithms.clone().into()),
            ),
            ("resource_name", text(&self.name)),
            ("resource_documentation", text(&self.documentation)),
            ("resource_policy_uri", text(&self.policy)),
            ("resource_tos_uri", text(&self.terms_of_service)),
        ];
        let members = members.into_iter();
        let members = members.filter_map(|(name, value)| Some((name, value?)));
        let more = self.members.iter();
        let more = more.map(|(name, value)| (name.as_str(), value.clone()));
        members.chain(more).collect()
    }
}

/// Adds what is not there yet.
fn add<T: PartialEq>(list: &mut Vec<T>, more: T) {
    if !list.contains(&more) {
        list.push(more);
    }
}
