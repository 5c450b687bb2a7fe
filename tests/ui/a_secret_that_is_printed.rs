use tower_auth::{BasicCredentials, Secret};

fn main() {
    println!("{:?}", Secret::from("s3cret"));
    println!("{}", Secret::from("s3cret"));
    println!("{:?}", BasicCredentials::new("alice", "wonderland"));
}
