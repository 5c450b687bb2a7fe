use tower_auth::Secret;

fn main() {
    let _ = Secret::from("s3cret") == Secret::from("s3cret");
    let _ = Secret::from("s3cret").digest() == Secret::from("s3cret").digest();
}
