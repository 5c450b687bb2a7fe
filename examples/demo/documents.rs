//! The documents, and who may read which.

use std::{collections::BTreeMap, sync::Arc};

use tokio::sync::RwLock;
use tower_auth::{
    Unavailable,
    policy::{self, Policy, View},
};

use super::accounts::Account;

/// All documents, by number. Clones share them.
#[derive(Clone)]
pub(crate) struct Documents(Arc<RwLock<BTreeMap<u64, Document>>>);

#[derive(Clone)]
pub(crate) struct Document {
    pub(crate) owner: &'static str,
    pub(crate) text: String,
}

impl Documents {
    /// One of alice's, one of bob's.
    pub(crate) fn new() -> Self {
        let document = |owner, text: &str| Document {
            owner,
            text: text.to_owned(),
        };
        Self(Arc::new(RwLock::new(BTreeMap::from([
            (1, document("alice", "Down the rabbit hole.")),
            (2, document("bob", "Can we fix it?")),
        ]))))
    }

    pub(crate) async fn find(&self, id: u64) -> Option<Document> {
        self.0.read().await.get(&id).cloned()
    }

    /// Keeps a document, and says its number.
    pub(crate) async fn add(&self, document: Document) -> u64 {
        let mut all = self.0.write().await;
        let id = all.keys().last().map_or(1, |last| last + 1);
        all.insert(id, document);
        id
    }
}

/// Lets in whoever owns the document that is asked for.
///
/// The number is the one that the router read out of the path, so that policy and handler cannot
/// mean two different documents.
pub(crate) fn owner(documents: &Documents) -> impl Policy<Account> {
    let documents = documents.clone();
    policy::check_with(
        documents,
        async |documents: Documents, view: View<Account>| {
            let Some(id) = view.path::<u64>()? else {
                return Ok(false);
            };
            Ok::<_, Unavailable>(match (view.principal(), documents.find(id).await) {
                (Some(caller), Some(document)) => caller.name == document.owner,
                _ => false,
            })
        },
    )
}
