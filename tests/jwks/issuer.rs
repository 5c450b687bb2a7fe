//! An issuer that publishes what it is told to, over loopback, and counts who asks.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::AbortHandle,
};

/// Where it publishes its keys.
pub(crate) const KEYS: &str = "/jwks";

/// What it answers.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// Status line and fields, and a body, whose length is told.
    Whole(String, String),
    /// What stands on the wire. Then the connection is closed.
    Raw(Vec<u8>),
    /// This much, and then nothing more. The connection stays open.
    Begun(String),
    /// Chunks without end.
    Endless,
}

pub(crate) struct Issuer {
    address: SocketAddr,
    script: Arc<Script>,
    accepting: Option<AbortHandle>,
}

#[derive(Default)]
struct Script {
    replies: Mutex<HashMap<String, Reply>>,
    heads: Mutex<Vec<String>>,
    open: AtomicUsize,
    most_open: AtomicUsize,
    sent: AtomicUsize,
}

impl Issuer {
    /// An issuer with these keys.
    pub(crate) async fn with(keys: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut issuer = Self {
            address: listener.local_addr().unwrap(),
            script: Arc::default(),
            accepting: None,
        };
        issuer.accept(listener);
        issuer.publish(keys);
        issuer
    }

    pub(crate) fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn url(&self) -> String {
        format!("{}{KEYS}", self.base())
    }

    /// From now on, its keys are these.
    pub(crate) fn publish(&self, keys: &str) {
        self.publish_with("", keys);
    }

    /// The same, with more fields, each ended by a line break.
    pub(crate) fn publish_with(&self, fields: &str, keys: &str) {
        self.answer(KEYS, ok(fields, keys));
    }

    /// From now on, it answers this on this path.
    pub(crate) fn answer(&self, path: &str, reply: Reply) {
        let mut replies = self.script.replies.lock().unwrap();
        replies.insert(path.to_owned(), reply);
    }

    /// From now on, nobody gets a connection.
    pub(crate) async fn stop(&mut self) {
        if let Some(accepting) = self.accepting.take() {
            accepting.abort();
        }
        while TcpStream::connect(self.address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    }

    /// It is back, where it was.
    pub(crate) async fn start(&mut self) {
        let listener = TcpListener::bind(self.address).await.unwrap();
        self.accept(listener);
    }

    /// How many requests for keys it has seen.
    pub(crate) fn fetches(&self) -> usize {
        self.asked_for(KEYS)
    }

    /// How many requests for this it has seen.
    pub(crate) fn asked_for(&self, path: &str) -> usize {
        let line = format!("GET {path} HTTP/1.1\r\n");
        let heads = self.script.heads.lock().unwrap();
        heads.iter().filter(|head| head.starts_with(&line)).count()
    }

    /// How many requests it has seen, for whatever.
    pub(crate) fn seen(&self) -> usize {
        self.script.heads.lock().unwrap().len()
    }

    /// The head of the last request.
    pub(crate) fn last_head(&self) -> String {
        self.script.heads.lock().unwrap().last().unwrap().clone()
    }

    /// How many connections there were at once, at most.
    pub(crate) fn most_open(&self) -> usize {
        self.script.most_open.load(Ordering::SeqCst)
    }

    /// How many connections are open.
    pub(crate) fn open(&self) -> usize {
        self.script.open.load(Ordering::SeqCst)
    }

    /// How many bytes of bodies without end were taken from it.
    pub(crate) fn sent(&self) -> usize {
        self.script.sent.load(Ordering::SeqCst)
    }

    fn accept(&mut self, listener: TcpListener) {
        let script = Arc::clone(&self.script);
        let accepting = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let script = Arc::clone(&script);
                tokio::spawn(async move { script.serve(stream).await });
            }
        });
        self.accepting = Some(accepting.abort_handle());
    }
}

/// 200, with more fields, each ended by a line break.
pub(crate) fn ok(fields: &str, body: &str) -> Reply {
    Reply::Whole(format!("HTTP/1.1 200 OK\r\n{fields}"), body.to_owned())
}

/// Another status, without a body.
pub(crate) fn status(line: &str) -> Reply {
    Reply::Whole(format!("HTTP/1.1 {line}\r\n"), String::new())
}

impl Script {
    async fn serve(&self, stream: TcpStream) {
        let open = self.open.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_open.fetch_max(open, Ordering::SeqCst);
        // Whoever has enough closes the connection; that is no fault here.
        let _ = self.talk(stream).await;
        self.open.fetch_sub(1, Ordering::SeqCst);
    }

    async fn talk(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            match stream.read_u8().await {
                Ok(byte) => head.push(byte),
                Err(_) => return Ok(()),
            }
        }
        let head = String::from_utf8(head).unwrap();
        let path = head.split(' ').nth(1).unwrap().to_owned();
        self.heads.lock().unwrap().push(head);
        let reply = self.replies.lock().unwrap().get(&path).cloned();
        match reply.unwrap_or_else(|| status("404 Not Found")) {
            Reply::Whole(head, body) => {
                let length = body.len();
                let rest = format!("Content-Length: {length}\r\nConnection: close\r\n\r\n{body}");
                stream.write_all(head.as_bytes()).await?;
                stream.write_all(rest.as_bytes()).await
            }
            Reply::Raw(bytes) => stream.write_all(&bytes).await,
            Reply::Begun(text) => {
                stream.write_all(text.as_bytes()).await?;
                // Until the other side has had enough.
                stream.read(&mut [0; 64]).await.map(drop)
            }
            Reply::Endless => {
                stream
                    .write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                    .await?;
                let chunk = format!("{:x}\r\n{}\r\n", 4096, " ".repeat(4096));
                loop {
                    stream.write_all(chunk.as_bytes()).await?;
                    self.sent.fetch_add(4096, Ordering::SeqCst);
                }
            }
        }
    }
}
