//! A scheme of your own: a ticket lets its holder in once, where a password must not be sent.

mod listen;

use std::{
    collections::HashMap,
    error::Error,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::{
    Router,
    extract::State,
    http::{StatusCode, header::CACHE_CONTROL},
    response::IntoResponse,
    routing::{get, post},
};
use tower_auth::{
    Attempt, AuthLayer, Caller, Rejection, Secret, Step,
    challenge::{Ask, Challenge, ChallengeError},
    policy,
    scheme::{Basic, Carrier, Presented, Scheme},
};

const GOOD_FOR: Duration = Duration::from_secs(60);

/// `Authorization: Ticket <32 hexadecimal digits>`. Clones share what was sold.
#[derive(Clone)]
struct Ticket {
    challenge: Challenge,
    /// By digest, so that a copy of the memory lets nobody in.
    sold: Arc<Mutex<HashMap<[u8; 32], Holder>>>,
}

struct Holder {
    name: &'static str,
    until: Instant,
}

impl Ticket {
    fn new(realm: &str) -> Result<Self, ChallengeError> {
        Ok(Self {
            challenge: Challenge::new("Ticket", realm)?,
            sold: Arc::default(),
        })
    }

    /// A new ticket: 128 bits of chance.
    fn sell(&self, name: &'static str) -> Result<String, getrandom::Error> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes)?;
        let ticket = format!("{:032x}", u128::from_ne_bytes(bytes));

        let now = Instant::now();
        let until = now + GOOD_FOR;
        let digest = Secret::from(ticket.as_str()).digest().into_bytes();
        let mut sold = self.sold.lock().unwrap_or_else(PoisonError::into_inner);
        sold.retain(|_, holder| now < holder.until);
        sold.insert(digest, Holder { name, until });
        Ok(ticket)
    }

    /// Looking at a ticket takes it away: of two requests at once, only one finds it.
    fn tear(&self, ticket: &Secret<'_>) -> Option<&'static str> {
        let mut sold = self.sold.lock().unwrap_or_else(PoisonError::into_inner);
        let holder = sold.remove(&ticket.digest().into_bytes())?;
        (Instant::now() < holder.until).then_some(holder.name)
    }
}

impl Scheme for Ticket {
    type Principal = &'static str;

    fn name(&self) -> &'static str {
        "Ticket"
    }

    fn carrier(&self) -> Carrier {
        Carrier::Authorization
    }

    fn attempt(&self, presented: &Presented<'_>) -> Step<Attempt<&'static str>> {
        let attempt = match str::from_utf8(presented.credentials()) {
            Ok(text) if is_ticket(text) => self.tear(&Secret::from(text)).into(),
            _ => Attempt::Rejected(Rejection::Malformed),
        };
        Step::Now(attempt)
    }

    fn challenge(&self, ask: Ask<'_>) -> Option<Challenge> {
        match ask {
            Ask::Credentials | Ask::Again(_) => Some(self.challenge.clone()),
            // All tickets are alike: another one would change nothing.
            _ => None,
        }
    }
}

/// Strict, so that there is one way to write a ticket.
fn is_ticket(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let tickets = Ticket::new("show")?;
    let alice = Basic::fixed("box office", "alice", "wonderland", "alice");

    let office = AuthLayer::new(alice, policy::authenticated()).build()?;
    let door = AuthLayer::new(tickets.clone(), policy::authenticated()).build()?;
    let app = Router::new()
        .route("/tickets", post(sell).layer(office))
        .route("/show", get(show).layer(door))
        .with_state(tickets);

    let listener = listen::listen().await?;
    let base = format!("http://{}", listener.local_addr()?);
    println!("  401  curl -i {base}/show");
    println!("       ticket=$(curl -s -X POST -u alice:wonderland {base}/tickets)");
    println!("  200  curl -i -H \"Authorization: Ticket $ticket\" {base}/show");
    println!("  401  curl -i -H \"Authorization: Ticket $ticket\" {base}/show");

    axum::serve(listener, app).await?;
    Ok(())
}

async fn sell(
    State(tickets): State<Ticket>,
    Caller(name): Caller<&'static str>,
) -> Result<impl IntoResponse, StatusCode> {
    match tickets.sell(name) {
        Ok(ticket) => Ok(([(CACHE_CONTROL, "no-store")], ticket)),
        Err(_) => Err(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

async fn show(Caller(name): Caller<&'static str>) -> String {
    format!("Take your seat, {name}. Your ticket is used up.\n")
}
