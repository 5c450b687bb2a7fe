//! What there is to try on which route.

use super::{
    guide::{Route, Try},
    signed,
};

pub(crate) const ROUTES: [Route; 14] = [
    Route {
        name: "GET /",
        who: "anyone",
        note: "This list, as a page.",
        tries: &[Try(200, "", "/")],
    },
    Route {
        name: "GET /public",
        who: "anyone",
        note: "No layer stands here: nobody looks at credentials, true or not.",
        tries: &[
            Try(200, "", "/public"),
            Try(200, "-u alice:wrong", "/public"),
        ],
    },
    Route {
        name: "GET /optional",
        who: "anyone",
        note: "Greets callers by name. Bad credentials never turn into a stranger.",
        tries: &[
            Try(200, "", "/optional"),
            Try(200, "-u alice:wonderland", "/optional"),
            Try(401, "-u alice:wrong", "/optional"),
        ],
    },
    Route {
        name: "GET /basic/me",
        who: "any account, by password",
        note: "Open it in a browser: the browser asks for the password by itself.",
        tries: &[
            Try(401, "", "/basic/me"),
            Try(200, "-u 'Aladdin:open sesame'", "/basic/me"),
            Try(200, "-u 'test:123£'", "/basic/me"),
        ],
    },
    Route {
        name: "GET /bearer/me",
        who: "any token",
        note: "A token that has expired is told apart from one that is missing.",
        tries: &[
            Try(401, "", "/bearer/me"),
            Try(200, "-H 'Authorization: Bearer alice-token'", "/bearer/me"),
            Try(
                401,
                "-H 'Authorization: Bearer expired-token'",
                "/bearer/me",
            ),
        ],
    },
    Route {
        name: "GET /jwt/me",
        who: "any token that is signed",
        note: signed::NOTE,
        tries: signed::TRIES,
    },
    Route {
        name: "GET /apikey/me",
        who: "any key",
        note: "A key has a field and a challenge of its own.",
        tries: &[
            Try(401, "", "/apikey/me"),
            Try(200, "-H 'X-API-Key: alice-key'", "/apikey/me"),
        ],
    },
    Route {
        name: "GET /me",
        who: "any of the three",
        note: "Three challenges, and any one of them can be answered.",
        tries: &[
            Try(401, "", "/me"),
            Try(200, "-u bob:builder", "/me"),
            Try(200, "-H 'Authorization: Bearer bob-token'", "/me"),
            Try(200, "-H 'X-API-Key: cathy-key'", "/me"),
        ],
    },
    Route {
        name: "GET /admin",
        who: "the role admin",
        note: "Strangers may log in. For others a new login would change nothing.",
        tries: &[
            Try(401, "", "/admin"),
            Try(403, "-u alice:wonderland", "/admin"),
            Try(200, "-u 'cathy:s3cr3t!'", "/admin"),
        ],
    },
    Route {
        name: "POST /docs",
        who: "the scope docs:write",
        note: "A token without the scope is told which one it lacks.",
        tries: &[
            Try(401, "-d 'Hello'", "/docs"),
            Try(
                403,
                "-d 'Hello' -H 'Authorization: Bearer alice-token'",
                "/docs",
            ),
            Try(
                201,
                "-d 'Hello' -H 'Authorization: Bearer bob-token'",
                "/docs",
            ),
        ],
    },
    Route {
        name: "GET /docs/{id}",
        who: "the owner, or an admin",
        note: "For all others a document looks like one that does not exist. 1 is alice's, 2 is bob's.",
        tries: &[
            Try(404, "", "/docs/1"),
            Try(200, "-u alice:wonderland", "/docs/1"),
            Try(404, "-u alice:wonderland", "/docs/2"),
            Try(404, "-u alice:wonderland", "/docs/999"),
            Try(200, "-u 'cathy:s3cr3t!'", "/docs/2"),
        ],
    },
    Route {
        name: "GET /office",
        who: "nobody",
        note: "It is closed. A login would not help, so nobody is asked for one.",
        tries: &[
            Try(403, "", "/office"),
            Try(403, "-u 'cathy:s3cr3t!'", "/office"),
        ],
    },
    Route {
        name: "GET /broken",
        who: "nobody knows",
        note: "What decides is down. That is not the caller's fault.",
        tries: &[Try(503, "", "/broken")],
    },
    Route {
        name: "anything else",
        who: "nobody",
        note: "It does not exist. Compare it with the documents.",
        tries: &[
            Try(404, "", "/no/such/path"),
            Try(401, "-u alice:wrong", "/no/such/path"),
        ],
    },
];
