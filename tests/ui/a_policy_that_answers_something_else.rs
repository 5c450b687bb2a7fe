use tower_auth::{AuthLayer, AuthLayerBuilder, policy::Access, scheme::Bearer};

fn main() {
    let bearer = Bearer::fixed("api", "s3cret", "alice");
    let _: AuthLayerBuilder<_, Vec<u8>> =
        AuthLayer::new(bearer, |access: &Access<'_, &'static str>| {
            access.principal().copied()
        });
}
