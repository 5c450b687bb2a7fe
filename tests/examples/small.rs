//! The small examples.

use std::error::Error;

use super::{
    client::{
        With::{self, Basic, Bearer, Fields, Nothing},
        ask,
    },
    running::Running,
};

type Outcome = Result<(), Box<dyn Error>>;

async fn status(example: &Running, line: &str, with: With) -> Result<u16, Box<dyn Error>> {
    let (method, path) = line.split_once(' ').ok_or("a method and a path")?;
    let answer = ask(example.base(), method, path, &with.fields()).await?;
    Ok(answer.status)
}

#[tokio::test]
async fn axum_basic_lets_users_in_and_admins_further() -> Outcome {
    let example = Running::start("axum_basic")?;
    let (alice, cathy) = (Basic("alice:wonderland"), Basic("cathy:s3cr3t!"));
    assert_eq!(status(&example, "GET /", Nothing).await?, 200);
    for wrong in [
        Basic("alice:wrong"),
        Basic("alice:"),
        Basic("nobody:"),
        Basic(":"),
    ] {
        assert_eq!(status(&example, "GET /", wrong).await?, 401);
    }
    assert_eq!(status(&example, "GET /me", Nothing).await?, 401);
    assert_eq!(status(&example, "GET /admin", Nothing).await?, 401);
    assert_eq!(status(&example, "GET /admin", alice).await?, 403);
    assert_eq!(status(&example, "GET /admin", cathy).await?, 200);
    assert_eq!(status(&example, "GET /no/such/path", alice).await?, 404);
    let answer = ask(example.base(), "GET", "/me", &alice.fields()).await?;
    assert_eq!(answer.body, "Hello, alice!\n");
    Ok(())
}

#[tokio::test]
async fn hyper_service_lets_anyone_read_and_known_callers_write() -> Outcome {
    let example = Running::start("hyper_service")?;
    let alice = Bearer("alice-token");
    assert_eq!(status(&example, "GET /", Nothing).await?, 200);
    assert_eq!(status(&example, "GET /", Bearer("wrong")).await?, 401);
    assert_eq!(status(&example, "POST /", Nothing).await?, 401);
    assert_eq!(status(&example, "POST /", alice).await?, 201);
    assert_eq!(status(&example, "DELETE /", Nothing).await?, 401);
    let answer = ask(example.base(), "GET", "/", &alice.fields()).await?;
    assert_eq!(answer.body, "Hello, alice!\n");
    Ok(())
}

#[tokio::test]
async fn custom_scheme_takes_a_ticket_once() -> Outcome {
    let example = Running::start("custom_scheme")?;
    let made_up = Fields(&[("authorization", "Ticket 00000000000000000000000000000000")]);
    assert_eq!(status(&example, "GET /show", made_up).await?, 401);
    assert_eq!(status(&example, "POST /tickets", Nothing).await?, 401);

    let stranger = ask(example.base(), "GET", "/show", &[]).await?;
    assert_eq!(stranger.challenges(), [r#"Ticket realm="show""#]);

    let alice = Basic("alice:wonderland").fields();
    let sold = ask(example.base(), "POST", "/tickets", &alice).await?;
    let ticket = [("authorization", format!("ticket {}", sold.body))];
    let shown = ask(example.base(), "GET", "/show", &ticket).await?;
    assert_eq!(shown.status, 200);
    assert!(shown.body.contains("alice"), "{}", shown.body);
    let again = ask(example.base(), "GET", "/show", &ticket).await?;
    assert_eq!(again.status, 401);
    Ok(())
}

#[tokio::test]
async fn custom_scheme_lets_one_of_two_in_who_show_a_ticket_at_once() -> Outcome {
    let example = Running::start("custom_scheme")?;
    let alice = Basic("alice:wonderland").fields();
    for _ in 0..20 {
        let sold = ask(example.base(), "POST", "/tickets", &alice).await?;
        let ticket = [("authorization", format!("Ticket {}", sold.body))];
        let show = || ask(example.base(), "GET", "/show", &ticket);
        let (one, other) = tokio::try_join!(show(), show())?;
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 401]);
    }
    Ok(())
}

#[tokio::test]
async fn custom_policy_refuses_nobody_while_its_database_is_away() -> Outcome {
    let example = Running::start("custom_policy")?;
    let (alice, bob) = (Bearer("alice-token"), Bearer("bob-token"));
    assert_eq!(status(&example, "GET /rooms/garden", alice).await?, 200);
    assert_eq!(status(&example, "GET /rooms/garden", bob).await?, 403);
    assert_eq!(status(&example, "GET /rooms/%ff", alice).await?, 403);
    for away in ["POST /database/down", "POST /database/slow"] {
        assert_eq!(status(&example, away, bob).await?, 204);
        assert_eq!(status(&example, "GET /rooms/garden", alice).await?, 503);
        assert_eq!(status(&example, "GET /rooms/garden", bob).await?, 503);
        assert_eq!(status(&example, "GET /rooms/garden", Nothing).await?, 401);
        assert_eq!(
            status(&example, "GET /rooms/garden", Bearer("wrong")).await?,
            401
        );
    }
    assert_eq!(status(&example, "POST /database/up", bob).await?, 204);
    assert_eq!(status(&example, "GET /rooms/garden", alice).await?, 200);
    assert_eq!(status(&example, "POST /database/up", Nothing).await?, 401);
    Ok(())
}
