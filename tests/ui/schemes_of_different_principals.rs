use tower_auth::scheme::{Basic, Bearer, SchemeExt as _};

fn main() {
    let bearer = Bearer::fixed("api", "s3cret", 7);
    let _ = bearer.or(Basic::fixed("api", "alice", "wonderland", "alice"));
}
