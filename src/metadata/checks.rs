//! What is wrong with the members of the metadata (RFC 9728 §2).

use crate::{
    challenge::is_scope,
    grammar::{is_token, is_unfit},
    inspect::{Inspection, Misconfiguration},
};

use super::{
    builder::ResourceMetadataBuilder,
    member::Value,
    rules::{self, Use},
};

/// Members that have a method.
const TAKEN: [&str; 10] = [
    "resource",
    "authorization_servers",
    "jwks_uri",
    "scopes_supported",
    "bearer_methods_supported",
    "resource_signing_alg_values_supported",
    "resource_name",
    "resource_documentation",
    "resource_policy_uri",
    "resource_tos_uri",
];

/// A member that nothing here could keep.
const SIGNED: &str = "signed_metadata";

impl ResourceMetadataBuilder {
    /// Reports what is wrong with each member.
    pub(super) fn inspect(&self, inspection: &mut Inspection) {
        self.inspect_urls(inspection);
        self.inspect_words(inspection);
        self.inspect_members(inspection);
    }

    fn inspect_urls(&self, inspection: &mut Inspection) {
        let mut inspect =
            |member, given: &str, used| rules::inspect(member, given, used, self.plain, inspection);
        inspect("resource", &self.resource, Use::Resource);
        for issuer in &self.authorization_servers {
            inspect("authorization_servers", issuer, Use::Issuer);
        }
        for (member, given, used) in [
            ("jwks_uri", &self.jwks_uri, Use::Keys),
            ("resource_documentation", &self.documentation, Use::Page),
            ("resource_policy_uri", &self.policy, Use::Page),
            ("resource_tos_uri", &self.terms_of_service, Use::Page),
        ] {
            if let Some(given) = given {
                inspect(member, given, used);
            }
        }
    }

    fn inspect_words(&self, inspection: &mut Inspection) {
        for scope in self.scopes.iter().filter(|scope| !is_scope(scope)) {
            inspection.problem(Misconfiguration::Name {
                what: "scope",
                given: scope.clone(),
            });
        }
        for algorithm in &self.signing_algorithms {
            let shown = algorithm.escape_debug();
            if algorithm.eq_ignore_ascii_case("none") {
                inspection.problem(format!(
                    "`{shown}` signs nothing: leave it out of `resource_signing_alg_values_supported`"
                ));
            } else if !is_token(algorithm.as_bytes()) {
                inspection.problem(format!(
                    "`{shown}` is no name of an algorithm: write it as JWS does, as in `ES256`"
                ));
            }
        }
        let name = self.name.as_deref();
        if name.is_some_and(|name| name.trim().is_empty() || name.contains(is_unfit)) {
            inspection.problem(
                "`resource_name` is empty, or holds characters that nobody sees: name the resource for people",
            );
        }
    }

    fn inspect_members(&self, inspection: &mut Inspection) {
        for (place, (name, value)) in self.members.iter().enumerate() {
            let shown = name.escape_debug();
            let mut earlier = self.members.iter().take(place);
            if name.is_empty() || name.contains(is_unfit) {
                inspection.problem(format!(
                    "`{shown}` is no name of a member: use letters, digits and underscores"
                ));
            } else if name == SIGNED {
                inspection.problem(
                    "`signed_metadata` would take precedence over all other members, and nothing \
                     here checks it: leave it out",
                );
            } else if TAKEN.contains(&name.as_str()) {
                inspection.problem(format!(
                    "the member `{shown}` has a method of its own: use that"
                ));
            } else if earlier.any(|(there, _)| there == name) {
                inspection.problem(format!(
                    "the member `{shown}` stands there twice: give it once"
                ));
            }
            if matches!(&value.0, Value::Text(text) if text.is_empty()) {
                inspection.problem(format!(
                    "the member `{shown}` is empty: give it a value, or leave it out"
                ));
            }
        }
    }
}
