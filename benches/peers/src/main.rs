//! What it costs to verify a token, beside others who do, in one run.
//!
//! `cargo run --release` in this folder, and half a minute; `cargo run --release -- ES256 RS256` for some
//! algorithms alone. Whoever is measured is asked before whether it refuses what it must. Compare the rows of
//! one table: times are of this machine, ratios hardly.

mod backend;
mod contender;
mod keys;
mod ours;
mod peers;
mod timing;
mod tokens;

use http::StatusCode;
use jsonwebtoken::Algorithm;

use self::{
    backend::Backend,
    contender::Contender,
    keys::Keys,
    timing::{Times, race},
    tokens::{SUBJECT, Tokens},
};

const ALGORITHMS: [Algorithm; 6] = [
    Algorithm::HS256,
    Algorithm::RS256,
    Algorithm::PS256,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];

fn main() {
    backend::install();
    let only: Vec<_> = std::env::args().skip(1).collect();
    for algorithm in ALGORITHMS {
        if only.is_empty() || only.contains(&format!("{algorithm:?}")) {
            compare(algorithm);
        }
    }
}

fn compare(algorithm: Algorithm) {
    let keys = Keys::new(algorithm);
    let tokens = Tokens::new(&keys);

    let mut alone = Vec::new();
    let mut apps = Vec::from(peers::bare());
    for backend in [Backend::AwsLcRs, Backend::RustCrypto] {
        alone.extend(peers::alone(&keys, backend));
        alone.extend(ours::alone(&keys, backend));
        apps.extend(ours::apps(&keys, backend));
        apps.push(peers::from_fn(&keys, backend));
        apps.push(peers::tower_oauth2_resource_server(&keys, backend));
    }
    apps.push(peers::jwt_authorizer(&keys));

    table(&format!("{algorithm:?}, a token alone"), &alone, &tokens);
    table(&format!("{algorithm:?}, a request"), &apps, &tokens);
}

/// Times, and how many times those of the first with the same backend.
fn table(title: &str, contenders: &[Contender], tokens: &Tokens) {
    let columns = [
        ("valid", &tokens.valid),
        ("expired", &tokens.expired),
        ("forged", &tokens.forged),
        ("junk", &tokens.junk),
    ];
    for contender in contenders.iter().filter(|one| one.backend.is_some()) {
        verifies(contender, tokens);
    }
    let times = columns.map(|(_, token)| {
        let mut turns: Vec<_> = contenders.iter().map(|one| one.turn(token)).collect();
        race(&mut turns)
    });

    print!("\n{title:42}");
    for (name, _) in columns {
        print!("{name:>20}");
    }
    println!();
    for (row, contender) in contenders.iter().enumerate() {
        let backend = contender.backend.map(|backend| backend.to_string());
        print!("{:29} {:12}", contender.name, backend.unwrap_or_default());
        for times in &times {
            print!("{:>20}", cell(row, contenders, times));
        }
        println!();
    }
}

fn cell(row: usize, contenders: &[Contender], times: &[Times]) -> String {
    let micros = times[row].median() / 1e3;
    let backend = match contenders[row].backend {
        Some(Backend::Ring) => Some(Backend::AwsLcRs),
        known => known,
    };
    let first = contenders.iter().position(|one| one.backend == backend);
    match first.filter(|_| backend.is_some()) {
        Some(first) => format!("{micros:.2} µs {:>6.2}", times[row].times_of(&times[first])),
        None => format!("{micros:.2} µs {:>6}", ""),
    }
}

/// A time says nothing of somebody who does not look.
fn verifies(contender: &Contender, tokens: &Tokens) {
    let name = contender.name;
    assert_eq!(
        contender.ask(&tokens.valid).as_deref(),
        Ok(SUBJECT),
        "{name}"
    );
    for (what, token) in [
        ("expired", &tokens.expired),
        ("forged", &tokens.forged),
        ("junk", &tokens.junk),
        ("for another audience", &tokens.elsewhere),
        ("of another issuer", &tokens.stranger),
    ] {
        let refused = Err(StatusCode::UNAUTHORIZED);
        assert_eq!(
            contender.ask(token),
            refused,
            "{name} takes a token that is {what}"
        );
    }
}
