// Tokens of a real issuer at `mcp_resource_server`: `tokens.mjs SERVER ISSUER`.
import { checks } from "./checks.mjs";
import { consent, redirectUrl } from "./person.mjs";

const [server, issuer] = process.argv.slice(2);
const check = checks("the issuer:");
const metadata = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
const robot = `Basic ${btoa("robot:a-secret-of-this-test")}`;

async function posted(url, body, headers = {}) {
  return (await fetch(url, { method: "POST", headers, body: new URLSearchParams(body) })).json();
}

// A token without anybody (RFC 6749 §4.4), for a resource (RFC 8707), or for none.
async function granted(scope, resource) {
  const body = { grant_type: "client_credentials", scope, ...(resource && { resource }) };
  return (await posted(metadata.token_endpoint, body, { authorization: robot })).access_token;
}

// What somebody gets who logs in (OpenID Connect Core §3.1).
async function loggedIn() {
  const registration = { redirect_uris: [redirectUrl], token_endpoint_auth_method: "none" };
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify(registration);
  const client = await (await fetch(metadata.registration_endpoint, { method: "POST", headers, body })).json();
  const verifier = "a verifier that is long enough for RFC 7636".replaceAll(" ", "-");
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  const url = new URL(metadata.authorization_endpoint);
  url.search = new URLSearchParams({
    client_id: client.client_id,
    response_type: "code",
    redirect_uri: redirectUrl,
    scope: "openid notes:read",
    resource: server,
    code_challenge: Buffer.from(hash).toString("base64url"),
    code_challenge_method: "S256",
  });
  const code = (await consent(url, "carol")).get("code");
  return posted(metadata.token_endpoint, {
    grant_type: "authorization_code",
    client_id: client.client_id,
    code,
    code_verifier: verifier,
    redirect_uri: redirectUrl,
  });
}

// The status, and what is wrong with the token in the server's words.
async function answered(token, tool = "whoami") {
  const response = await fetch(server, {
    method: "POST",
    headers: {
      accept: "application/json, text/event-stream",
      "content-type": "application/json",
      ...(token && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: tool } }),
  });
  const challenge = response.headers.get("www-authenticate") ?? "";
  return [response.status, challenge.match(/error_description="([^"]*)"/)?.[1] ?? challenge.match(/error="([^"]*)"/)?.[1]];
}

const steer = async (path) => (await fetch(new URL(`/test/${path}`, issuer), { method: "POST" })).text();
const passed = [200, undefined];
const token = await granted("notes:read", server);

check("a token for this server is taken", passed, await answered(token));
check("one for another server is not", [401, "the token is for another audience"], await answered(await granted("notes:read", `${server}/2`)));
check("one for none, which is no JWT, is not", [401, "the token is malformed"], await answered(await granted("notes:read")));
check("one without a scope is not enough", [403, "insufficient_scope"], await answered(await granted("", server)));
check("one with a scope is not enough for all", [403, "insufficient_scope"], await answered(token, "add_note"));
check("a tool that is not there needs the most", [403, "insufficient_scope"], await answered(token, "drop_tables"));
check("no token is none", [401, undefined], await answered());

const carol = await loggedIn();
check("somebody who logs in is let in", passed, await answered(carol.access_token));
check("what tells a client who logged in is no access token", [401, "the token is of another type"], await answered(carol.id_token));

// Keys that were added and not used yet would be known already. Those of an issuer in a hurry are fetched once
// the cooldown is over.
const rotated = [];
for (const algorithm of ["ES256", "PS256", "EdDSA", "Ed25519"]) {
  await steer(`rotate?alg=${algorithm}`);
  rotated.push([algorithm, await granted("notes:read", server)]);
}
const [, last] = rotated.at(-1);
for (let waited = 0; waited < 45 && (await answered(last))[0] === 401; waited++) {
  await new Promise((resolve) => setTimeout(resolve, 1000));
}
for (const [algorithm, one] of rotated) check(`a new key of ${algorithm} is found`, passed, await answered(one));
check("a key before it stays good", passed, await answered(token));

await steer("down");
check("keys are known while the issuer is away", [passed, passed], [await answered(token), await answered(last)]);
await steer("up");
