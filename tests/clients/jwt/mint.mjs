// What `mint.py` does, by jose: `mint.mjs FOLDER`.
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import * as jose from "jose";

const folder = process.argv[2];
const cases = JSON.parse(fs.readFileSync(new URL("cases.json", import.meta.url), "utf8"));
// It spells the last one as RFC 9864 does, too.
const algorithms = ["HS", "RS", "PS"].flatMap((kind) => ["256", "384", "512"].map((bits) => kind + bits));
algorithms.push("ES256", "ES384", "EdDSA", "Ed25519");
const now = Math.floor(Date.now() / 1000);

async function generate(alg) {
  if (!alg.startsWith("HS")) return jose.generateKeyPair(alg, { extractable: true });
  const secret = randomBytes(Number(alg.slice(2)) / 8);
  return { publicKey: secret, privateKey: secret, secret };
}

async function minted(alg, key, other, kid, given) {
  const times = { iat: 0, exp: 600, ...given.times };
  const claims = {
    iss: "https://as.example.net",
    aud: "https://rs.example.com",
    sub: "alice",
    client_id: "a client",
    jti: randomBytes(8).toString("hex"),
    scope: "docs:read docs:write",
    ...Object.fromEntries(Object.entries(times).map(([name, seconds]) => [name, now + seconds])),
    ...given.claims,
  };
  const present = (members) => Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));
  const header = present({ alg, typ: "at+jwt", kid, ...given.header });
  const token = await new jose.SignJWT(present(claims))
    .setProtectedHeader(header)
    .sign((given.key ? other : key).privateKey);
  return { ...given, token };
}

for (const alg of algorithms) {
  const [key, other] = [await generate(alg), await generate(alg)];
  const kid = randomBytes(4).toString("hex");
  const write = (suffix, data) => fs.writeFileSync(path.join(folder, `jose-${alg}.${suffix}`), data);
  const jwk = { ...(await jose.exportJWK(key.publicKey)), alg, use: "sig", kid };
  const { publicKey } = await generate("ES256");
  const unused = { ...(await jose.exportJWK(publicKey)), alg: "ES256", use: "sig", kid: "not used" };
  write("jwks", JSON.stringify({ keys: [unused, jwk] }));
  if (!key.secret) write("pem", await jose.exportSPKI(key.publicKey));
  const tokens = [];
  for (const given of cases) tokens.push(await minted(alg, key, other, kid, given));
  write("json", JSON.stringify(tokens));
}
