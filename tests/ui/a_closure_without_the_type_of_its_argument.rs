use tower_auth::{AuthLayer, AuthLayerBuilder, scheme::Bearer};

fn main() {
    let bearer = Bearer::fixed("api", "s3cret", "alice");
    let _: AuthLayerBuilder<_, Vec<u8>> =
        AuthLayer::new(bearer, |access| access.principal().is_some());
}
