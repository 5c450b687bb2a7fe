use http::{Extensions, Request};
use tower_auth::layer::{Handed, Rule, settled::Passed};

fn main() {
    let mut request = Request::new(());
    let _: &mut Extensions = request.extensions_mut();
    request.extensions_mut().insert(Handed {
        principal: Some("root"),
        scheme: None,
    });
    let (head, ()) = request.into_parts();
    let _ = Passed { head };
    let _: Option<Rule<&str>> = None;
}
