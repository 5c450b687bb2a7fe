"""Python's two big HTTP clients against the demo: `clients.py http://127.0.0.1:PORT`."""

import sys

import httpx
import requests

BASE = sys.argv[1]
FAILED = 0


def check(name, expected, got):
    global FAILED
    if got == expected:
        print(f"ok    {name}")
    else:
        print(f"FAIL  {name}: expected {expected}, got {got}")
        FAILED += 1


def utf8(user, password):
    """requests sends text as Latin-1, and bytes as they are."""
    return user.encode(), password.encode()


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def both(name, path, status, word="", auth=None, **options):
    """Asks with both clients, which differ only in how they write passwords."""
    as_bytes = utf8(*auth) if auth else None
    for client, answer in (
        ("requests", requests.get(BASE + path, auth=as_bytes, timeout=10, **options)),
        ("httpx", httpx.get(BASE + path, auth=auth, timeout=10, **options)),
    ):
        got = (answer.status_code, word in answer.text)
        check(f"{client}: {name} at {path}", (status, True), got)


for path in ("/basic/me", "/me", "/optional"):
    both("right password", path, 200, "alice", auth=("alice", "wonderland"))
    both("password with a space", path, 200, "Aladdin", auth=("Aladdin", "open sesame"))
    both("password in UTF-8", path, 200, "test", auth=("test", "123£"))
    both("wrong password", path, 401, "rejected", auth=("alice", "wrong"))
    both("empty password", path, 401, "rejected", auth=("alice", ""))
both("no password", "/basic/me", 401, "required")

for path in ("/bearer/me", "/me"):
    both("right token", path, 200, "bob", headers=bearer("bob-token"))
    both("expired token", path, 401, "rejected", headers=bearer("expired-token"))
for path in ("/apikey/me", "/me"):
    both("right key", path, 200, "cathy", headers={"X-API-Key": "cathy-key"})
    both("wrong key", path, 401, "rejected", headers={"X-API-Key": "wrong"})

both("no credentials", "/me", 401, "required")
both("admin", "/admin", 200, "cathy", auth=("cathy", "s3cr3t!"))
both("no admin", "/admin", 403, "forbidden", auth=("bob", "builder"))
both("owner", "/docs/2", 200, "bob", auth=("bob", "builder"))
both("not the owner", "/docs/2", 404, "nothing", auth=("alice", "wonderland"))
both("stranger", "/docs/2", 404, "nothing")
both("closed office", "/office", 403, "closed")
both("outage", "/broken", 503, "unavailable")
both("nobody looks", "/public", 200, auth=("alice", "wrong"))

latin1 = requests.get(BASE + "/basic/me", auth=("test", "123£"), timeout=10)
check("requests: password in Latin-1 at /basic/me", 401, latin1.status_code)
charset = 'charset="UTF-8"' in latin1.headers["WWW-Authenticate"]
check("requests: is told that it must be UTF-8", True, charset)

for client, post in (("requests", requests.post), ("httpx", httpx.post)):
    kept = post(BASE + "/docs", headers=bearer("bob-token"), data={"a": "b"}, timeout=10)
    check(f"{client}: posts a document", 201, kept.status_code)
    read = httpx.get(BASE + kept.headers["Location"], headers=bearer("bob-token"))
    check(f"{client}: reads it back", (200, True), (read.status_code, "bob" in read.text))

sys.exit(FAILED > 0)
