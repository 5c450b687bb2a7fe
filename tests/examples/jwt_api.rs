//! Access tokens: what they are asked for, and what lacks.

use std::error::Error;

use super::{client::Answer, printed::answers, running::Running};

const PLAIN: &str = r#"Bearer realm="bank""#;
const ENDED: &str =
    r#"Bearer realm="bank", error="invalid_token", error_description="the token has expired""#;
const ELSEWHERE: &str = r#"Bearer realm="bank", error="invalid_token", error_description="the token is for another audience""#;
const UNSIGNED: &str = r#"Bearer realm="bank", error="invalid_token", error_description="the token is not trusted here""#;
const TAKEN_BACK: &str =
    r#"Bearer realm="bank", error="invalid_token", error_description="the token has been revoked""#;
const RATES: &str = r#"Bearer realm="bank", error="insufficient_scope", scope="rates:read""#;
const LOGIN: &str = r#"Bearer realm="bank", error="insufficient_user_authentication", acr_values="mfa", max_age="3600""#;
const LOGIN_AND_SCOPE: &str = r#"Bearer realm="bank", error="insufficient_user_authentication", acr_values="mfa", max_age="3600", scope="transfers:write""#;

/// What the lines that it prints are answered with, in their order: the status, and what asks for more.
const ANSWERS: &[(u16, &[&str])] = &[
    // Who calls
    (401, &[PLAIN]),
    (200, &[]),
    (401, &[ENDED]),
    (401, &[ELSEWHERE]),
    (401, &[UNSIGNED]),
    // Scopes
    (200, &[]),
    (403, &[RATES]),
    // Roles
    (401, &[PLAIN]),
    (403, &[]),
    (200, &[]),
    // Accounts
    (200, &[]),
    (404, &[]),
    (404, &[]),
    (404, &[]),
    (200, &[]),
    (404, &[]),
    // Transfers
    (401, &[LOGIN]),
    (401, &[LOGIN]),
    (200, &[]),
    (401, &[LOGIN_AND_SCOPE]),
    // Logging out
    (200, &[]),
    (204, &[]),
    (401, &[TAKEN_BACK]),
];

#[tokio::test]
async fn jwt_api_answers_each_line_as_it_says_and_asks_for_what_lacks() -> Result<(), Box<dyn Error>>
{
    let mut bank = Running::start("jwt_api")?;
    let answers = answers(&mut bank, ANSWERS.len()).await?;
    for (place, (answer, (status, challenges))) in answers.iter().zip(ANSWERS).enumerate() {
        let told = (answer.status, answer.challenges());
        assert_eq!(
            told,
            (*status, challenges.to_vec()),
            "line {place}: {answer:?}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn accounts_of_others_in_the_jwt_api_look_like_those_that_do_not_exist()
-> Result<(), Box<dyn Error>> {
    let mut bank = Running::start("jwt_api")?;
    let mut answers = answers(&mut bank, 16).await?.into_iter();
    let of_bob = answers.nth(11).map(Answer::dateless);
    let [missing, to_strangers] = [answers.next(), answers.next()];
    assert!(of_bob.is_some());
    assert_eq!(of_bob, missing.map(Answer::dateless));
    assert_eq!(of_bob, to_strangers.map(Answer::dateless));
    Ok(())
}
