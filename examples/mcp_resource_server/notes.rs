//! The tools: notes, each of whoever wrote it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use axum::http::request::Parts;
use rmcp::{
    ErrorData,
    handler::server::{tool::Extension, wrapper::Parameters},
    schemars::JsonSchema,
    tool, tool_router,
};
use serde::Deserialize;
use tower_auth::{Caller, jwt::StandardClaims};

/// A subject is one only within its issuer.
type Person = (String, String);

/// So many are kept, of so many bytes each.
const MOST: usize = 100;
const LONGEST: usize = 1_000;

/// The notes of everybody. Yours stand in a database.
#[derive(Clone, Default)]
pub(crate) struct Notes(Arc<Mutex<HashMap<Person, Vec<String>>>>);

#[derive(Deserialize, JsonSchema)]
#[schemars(crate = "rmcp::schemars")]
struct NewNote {
    /// What to write down.
    text: String,
}

#[tool_router(server_handler)]
impl Notes {
    #[tool(description = "Says who calls, and by which client.")]
    fn whoami(Extension(head): Extension<Parts>) -> Result<String, ErrorData> {
        let claims = caller(&head)?;
        let client = claims.client_id().unwrap_or("an unknown client");
        Ok(format!("{} by {client}", claims.subject()))
    }

    #[tool(description = "Lists the notes of whoever calls.")]
    fn list_notes(&self, Extension(head): Extension<Parts>) -> Result<String, ErrorData> {
        let person = person(&head)?;
        let notes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(notes
            .get(&person)
            .map_or_else(String::new, |own| own.join("\n")))
    }

    #[tool(description = "Writes a note. Needs the scope notes:write.")]
    fn add_note(
        &self,
        Extension(head): Extension<Parts>,
        Parameters(NewNote { text }): Parameters<NewNote>,
    ) -> Result<String, ErrorData> {
        let person = person(&head)?;
        let mut notes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own = notes.entry(person).or_default();
        if own.len() >= MOST || text.len() > LONGEST {
            return Err(ErrorData::invalid_params(
                "too many notes, or too long a one",
                None,
            ));
        }
        own.push(text);
        Ok(format!("Note {} is written.", own.len()))
    }
}

fn person(head: &Parts) -> Result<Person, ErrorData> {
    let claims = caller(head)?;
    Ok((claims.issuer().to_owned(), claims.subject().to_owned()))
}

/// Whom the layer has let in. It is there, or the layer is not.
fn caller(head: &Parts) -> Result<&StandardClaims, ErrorData> {
    let caller = Caller::<StandardClaims>::of(&head.extensions);
    caller.ok_or_else(|| ErrorData::internal_error("nobody has looked who calls", None))
}
