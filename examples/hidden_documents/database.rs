//! The documents, in what stands for a database elsewhere.

use std::{collections::BTreeMap, io, sync::Arc};

use tokio::sync::RwLock;

/// The principal: a name.
pub(crate) type User = &'static str;

#[derive(Clone)]
pub(crate) struct Document {
    pub(crate) owner: User,
    /// Who else may see it.
    pub(crate) readers: &'static [User],
    pub(crate) public: bool,
    pub(crate) text: String,
}

/// Clones share it.
#[derive(Clone)]
pub(crate) struct Database(Arc<RwLock<Table>>);

struct Table {
    down: bool,
    documents: BTreeMap<u32, Document>,
}

impl Database {
    pub(crate) fn new() -> Self {
        let document = |owner, readers, public, text: &str| Document {
            owner,
            readers,
            public,
            text: text.to_owned(),
        };
        let documents = BTreeMap::from([
            (1, document("alice", &[], true, "All are welcome.\n")),
            (2, document("bob", &[], false, "Can we fix it?\n")),
            (3, document("bob", &["alice"], false, "Yes, we can!\n")),
        ]);
        let down = false;
        Self(Arc::new(RwLock::new(Table { down, documents })))
    }

    pub(crate) async fn find(&self, id: u32) -> Result<Option<Document>, io::Error> {
        let table = self.0.read().await;
        table.answers()?;
        Ok(table.documents.get(&id).cloned())
    }

    pub(crate) async fn put(&self, id: u32, document: Document) -> Result<(), io::Error> {
        let mut table = self.0.write().await;
        table.answers()?;
        table.documents.insert(id, document);
        Ok(())
    }

    /// Takes it down, or up again.
    pub(crate) async fn switch(&self, up: bool) {
        self.0.write().await.down = !up;
    }
}

impl Table {
    fn answers(&self) -> Result<(), io::Error> {
        if self.down {
            return Err(io::Error::other("the database does not answer"));
        }
        Ok(())
    }
}
