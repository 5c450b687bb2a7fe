use tower::{Layer as _, service_fn};
use tower_auth::{AuthLayer, AuthLayerBuilder, policy, scheme::Bearer};

fn main() {
    let bearer = Bearer::fixed("api", "s3cret", "alice");
    let layer: AuthLayerBuilder<_, Vec<u8>> = AuthLayer::new(bearer, policy::authenticated());
    let _ = layer.layer(service_fn(async |_: http::Request<()>| {
        Ok::<_, std::convert::Infallible>(http::Response::new(Vec::new()))
    }));
}
