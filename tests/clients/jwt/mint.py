"""Keys of every algorithm, and tokens to be judged, by PyJWT, Authlib and joserfc: `mint.py FOLDER`.

Writes for each maker and algorithm the keys that verify (`.jwks`, and `.pem` but for secrets), the one
that signs in DER or as it is (`.private`), and the tokens, each with the status it is to get (`.json`).
"""

import json
import pathlib
import secrets
import sys
import time

import jwt
from authlib.jose import JsonWebSignature
from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from joserfc import jwk as joserfc_jwk
from joserfc import jwt as joserfc_jwt

HERE = pathlib.Path(__file__).parent
FOLDER = pathlib.Path(sys.argv[1])
CASES = json.loads((HERE / "cases.json").read_text())
ALGORITHMS = [kind + bits for kind in ("HS", "RS", "PS") for bits in ("256", "384", "512")]
ALGORITHMS += ["ES256", "ES384", "EdDSA"]
NOW = int(time.time())


def generate(algorithm):
    """A key, as cryptography has it; a secret is bytes."""
    match algorithm[:2]:
        case "HS":
            return secrets.token_bytes(int(algorithm[2:]) // 8)
        case "RS" | "PS":
            return rsa.generate_private_key(65537, 2048)
        case "ES":
            return ec.generate_private_key(ec.SECP256R1() if algorithm == "ES256" else ec.SECP384R1())
        case _:
            return ed25519.Ed25519PrivateKey.generate()


def pem(key):
    return key.public_bytes(form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo)


def der(key):
    """PKCS #1 for RSA, PKCS #8 for the others."""
    kind = form.PrivateFormat
    kind = kind.TraditionalOpenSSL if isinstance(key, rsa.RSAPrivateKey) else kind.PKCS8
    return key.private_bytes(form.Encoding.DER, kind, form.NoEncryption())


class PyJwt:
    name = "PyJWT"

    def __init__(self, algorithm):
        self.algorithm, self.key = algorithm, generate(algorithm)
        self.secret = isinstance(self.key, bytes)

    def jwk(self):
        public = self.key if self.secret else self.key.public_key()
        return jwt.get_algorithm_by_name(self.algorithm).to_jwk(public, as_dict=True)

    def pem(self):
        return None if self.secret else pem(self.key.public_key())

    def private(self):
        return self.key if self.secret else der(self.key)

    def sign(self, header, claims):
        # It writes a `typ` of its own unless it is told to write an empty one, which it leaves out.
        header = {"typ": "", **header}
        return jwt.encode(claims, self.key, self.algorithm, header)


class Authlib(PyJwt):
    name = "Authlib"

    def sign(self, header, claims):
        key = self.key if self.secret else self.key.private_bytes(
            form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption()
        )
        signer = JsonWebSignature([self.algorithm])
        header = {"alg": self.algorithm, **header}
        return signer.serialize_compact(header, json.dumps(claims).encode(), key).decode()


class JoseRfc:
    name = "joserfc"

    def __init__(self, algorithm):
        self.algorithm = algorithm
        match algorithm[:2]:
            case "HS":
                self.key = joserfc_jwk.OctKey.generate_key(int(algorithm[2:]))
            case "RS" | "PS":
                self.key = joserfc_jwk.RSAKey.generate_key(2048)
            case "ES":
                self.key = joserfc_jwk.ECKey.generate_key("P-" + algorithm[2:])
            case _:
                self.key = joserfc_jwk.OKPKey.generate_key("Ed25519")

    def jwk(self):
        return self.key.as_dict(private=self.key.key_type == "oct")

    def pem(self):
        return None if self.key.key_type == "oct" else self.key.as_pem(private=False)

    def private(self):
        return self.key.raw_value if self.key.key_type == "oct" else der(self.key.private_key)

    def sign(self, header, claims):
        header = {"alg": self.algorithm, **header}
        return joserfc_jwt.encode(header, claims, self.key, [self.algorithm], default_type=None)


def case(maker, other, kid, given):
    times = {"iat": NOW, "exp": NOW + 600}
    times |= {name: NOW + seconds for name, seconds in given.get("times", {}).items()}
    claims = {
        "iss": "https://as.example.net",
        "aud": "https://rs.example.com",
        "sub": "alice",
        "client_id": "a client",
        "jti": secrets.token_hex(8),
        "scope": "docs:read docs:write",
        **times,
        **given.get("claims", {}),
    }
    header = {"typ": "at+jwt", "kid": kid, **given.get("header", {})}
    header, claims = ({k: v for k, v in members.items() if v is not None} for members in (header, claims))
    token = (other if "key" in given else maker).sign(header, claims)
    return {**given, "token": token}


for kind in (PyJwt, Authlib, JoseRfc):
    for algorithm in ALGORITHMS:
        maker, other, kid = kind(algorithm), kind(algorithm), secrets.token_hex(4)
        name = FOLDER / f"{maker.name}-{algorithm}"
        jwk = {**maker.jwk(), "alg": algorithm, "use": "sig", "kid": kid}
        jwk.pop("key_ops", None)
        unused = {**kind("ES256").jwk(), "alg": "ES256", "use": "sig", "kid": "not used"}
        name.with_suffix(".jwks").write_text(json.dumps({"keys": [unused, jwk]}))
        name.with_suffix(".private").write_bytes(maker.private())
        if maker.pem():
            name.with_suffix(".pem").write_bytes(maker.pem())
        tokens = [case(maker, other, kid, given) for given in CASES]
        name.with_suffix(".json").write_text(json.dumps(tokens))
