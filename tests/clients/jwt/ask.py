"""Sends the tokens of a folder to `jwt_interop`, and reads those that it mints: `ask.py FOLDER URL`."""

import base64
import hashlib
import hmac
import json
import pathlib
import sys

import httpx
import jwt
from authlib.jose import JsonWebKey, JsonWebSignature
from joserfc import jwk as joserfc_jwk
from joserfc import jwt as joserfc_jwt

FOLDER, CLIENT = pathlib.Path(sys.argv[1]), httpx.Client(base_url=sys.argv[2], timeout=20)
FAILED = 0


def check(name, wrong):
    global FAILED
    print(f"FAIL  {name}: {'; '.join(wrong)}" if wrong else f"ok    {name}")
    FAILED += bool(wrong)


def answered(path, one):
    """What is wrong with the answer to a token, or nothing."""
    answer = CLIENT.get(path, headers={"Authorization": f"Bearer {one['token']}"})
    challenge = answer.headers.get("WWW-Authenticate", "")
    refused = one["status"] == 401
    said = f'error="invalid_token", error_description="' in challenge if refused else challenge == ""
    if answer.status_code == one["status"] and said and one.get("says", "") in challenge:
        return None
    return f"{one['name']} gets {answer.status_code} {challenge}"


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def forged(one, file):
    """A true token without a signature, and signed with what everybody knows (RFC 8725 §2.1)."""
    claims = one["token"].split(".")[1].encode()
    known = file.read_bytes()
    for algorithm, key in (("none", None), ("HS256", known), ("HS256", known.strip()), ("HS256", b"")):
        signed = base64url(json.dumps({"alg": algorithm, "typ": "at+jwt"}).encode()) + b"." + claims
        signature = b"" if key is None else hmac.digest(key, signed, hashlib.sha256)
        token = (signed + b"." + base64url(signature)).decode()
        yield {"name": f"forged by {algorithm}", "token": token, "status": 401, "says": "the token"}


def tampered(one):
    """Each part of a true token, changed in one place."""
    for place in range(3):
        parts = one["token"].split(".")
        part = parts[place]
        parts[place] = part[:9] + ("A" if part[9] != "A" else "B") + part[10:]
        yield {"name": f"with part {place} changed", "token": ".".join(parts), "status": 401, "says": "the token"}


for tokens in sorted(FOLDER.glob("*.json")):
    given = json.loads(tokens.read_text())
    for file in (tokens.with_suffix(".jwks"), tokens.with_suffix(".pem")):
        if not file.exists():
            continue
        sent = [one for one in given if one.get("only", file.suffix[1:]) == file.suffix[1:]]
        sent += [*forged(given[0], file), *tampered(given[0])]
        backends = ("aws_lc_rs", "rust_crypto")
        answers = [answered(f"/{backend}/{file.name}", one) for backend in backends for one in sent]
        check(f"{len(answers)} tokens by {tokens.stem} and its {file.suffix[1:]}", [one for one in answers if one])

for file in sorted(FOLDER.glob("*.private")):
    token = CLIENT.get(f"/minted/{file.stem}").text
    algorithm = file.stem.split("-")[1]
    key = json.loads(file.with_suffix(".jwks").read_text())["keys"][1]
    claims = jwt.decode(
        token, jwt.PyJWK(key), [algorithm], audience="https://rs.example.com", issuer="https://as.example.net"
    )
    others = [
        joserfc_jwt.decode(token, joserfc_jwk.import_key(key), [algorithm]).claims,
        json.loads(JsonWebSignature([algorithm]).deserialize_compact(token, JsonWebKey.import_key(key))["payload"]),
    ]
    wrong = [f"{claims} and {other}" for other in others if other != claims or claims["sub"] != "alice"]
    check(f"PyJWT, joserfc and Authlib read a token of jsonwebtoken by {file.stem}", wrong)

sys.exit(FAILED > 0)
