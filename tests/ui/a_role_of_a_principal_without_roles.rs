use tower_auth::{AuthLayer, AuthLayerBuilder, policy::role, scheme::Bearer};

#[derive(Clone)]
struct User;

fn main() {
    let bearer = Bearer::fixed("api", "s3cret", User);
    let _: AuthLayerBuilder<User, Vec<u8>> = AuthLayer::new(bearer, role("admin"));
}
