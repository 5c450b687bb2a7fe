use tower_auth::{
    BasicCredentials,
    scheme::{Basic, Bearer},
    verify::TokenTable,
};

fn main() {
    let tokens = TokenTable::<&str>::new();
    let _ = Basic::new("staff", tokens);

    let users = |credentials: BasicCredentials<'_>| Some(credentials.user_id().len());
    let _ = Bearer::new("api", users);
}
