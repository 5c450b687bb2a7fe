// A real authorization server on loopback, `oidc-provider`: `issuer.mjs [PORT] [PATH]` prints its issuer identifier.
//
// It signs access tokens for any resource (RFC 8707) as RFC 9068 has them, registers any client (RFC 7591), and asks
// for PKCE. Whoever logs in is who they say they are. Beside it, where no issuer would have them:
//
//   POST /test/rotate?alg=ES256   signs with a new key from now on; `&forget` withdraws the ones before
//   POST /test/down, /test/up     answers 503 to all else, and no longer
//   GET  /test/asked              what was asked of it, as JSON, one a request; forgets it
import { Buffer } from "node:buffer";
import http from "node:http";
import * as jose from "jose";

// It says that it wants a newer Node.js, on the standard output, where our address goes.
console.info = console.warn = console.error;
const { Provider } = await import("oidc-provider");

const [port = "0", path = ""] = process.argv.slice(2);
const scopes = ["openid", "offline_access", "notes:read", "notes:write"];
// A client without a user, as RFC 9068 §2.2 has it: the subject is the client itself.
const robot = { client_id: "robot", client_secret: "a-secret-of-this-test", redirect_uris: [], response_types: [] };
const keys = [];
const asked = [];
let down = false;
let base;
let handle;

async function rotate(alg, forget) {
  const { privateKey } = await jose.generateKeyPair(alg, { extractable: true, modulusLength: 2048 });
  const jwk = await jose.exportJWK(privateKey);
  if (forget) keys.length = 0;
  keys.unshift({ ...jwk, kid: await jose.calculateJwkThumbprint(jwk), alg, use: "sig" });
  // Clients, sessions and grants are kept in memory, by the module: a new provider knows them too.
  const provider = new Provider(base + path, configuration(alg));
  provider.on("server_error", (_, error) => console.error(error));
  handle = provider.callback();
}

function configuration(alg) {
  return {
    jwks: { keys },
    scopes,
    clients: [{ ...robot, grant_types: ["client_credentials"], id_token_signed_response_alg: alg }],
    clientDefaults: { id_token_signed_response_alg: alg },
    clientAuthMethods: ["none", "client_secret_basic", "client_secret_post"],
    cookies: { keys: ["a-key-of-this-test"] },
    enabledJWA: { idTokenSigningAlgValues: ["RS256", "PS256", "ES256", "Ed25519", "EdDSA"] },
    findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
    // Clients may be pages, of any origin.
    clientBasedCORS: () => true,
    pkce: { required: () => true },
    features: {
      clientCredentials: { enabled: true },
      registration: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: (_, __, several) => several ?? [],
        getResourceServerInfo: (_, resource) => ({
          audience: resource,
          scope: "notes:read notes:write",
          accessTokenTTL: 300,
          accessTokenFormat: "jwt",
          jwt: { sign: { alg } },
        }),
        useGrantedResource: () => true,
      },
    },
  };
}

// What a test may ask for, and nobody else would be let to.
async function steer(url, response) {
  const answer = (value) => response.end(value === undefined ? "" : JSON.stringify(value));
  switch (url.pathname) {
    case "/test/rotate":
      await rotate(url.searchParams.get("alg") ?? "RS256", url.searchParams.has("forget"));
      return answer(keys[0].kid);
    case "/test/down":
    case "/test/up":
      down = url.pathname === "/test/down";
      return answer();
    case "/test/asked":
      return answer(asked.splice(0));
    default:
      response.statusCode = 404;
      return answer();
  }
}

// Reads the whole body, so that it can be told; `oidc-provider` takes one that was read before from `body`.
async function note(request, url) {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  const text = Buffer.concat(pieces).toString();
  const form = request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded");
  const body = form ? Object.fromEntries(new URLSearchParams(text)) : text && JSON.parse(text);
  asked.push({ method: request.method, path: url.pathname, query: Object.fromEntries(url.searchParams), body });
  // Clients register for the scopes that they were told of first, and are told of others later. What they may have
  // is for the server to say (RFC 7591 §3.2.1): any, here.
  if (url.pathname === `${path}/reg` && body) request.body = { ...body, scope: undefined };
  else if (text) request.body = body;
}

// RFC 8414 §3.1 puts the path of the issuer behind the well-known one, OpenID Connect before it.
function mounted(pathname) {
  const wellKnown = ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"];
  const inserted = wellKnown.find((known) => path && pathname === known + path);
  return inserted ?? (pathname.startsWith(`${path}/`) ? pathname.slice(path.length) : undefined);
}

async function serve(request, response) {
  const url = new URL(request.url, base);
  if (url.pathname.startsWith("/test/")) return steer(url, response);
  await note(request, url);
  const inside = mounted(url.pathname);
  if (down || inside === undefined) {
    response.statusCode = down ? 503 : 404;
    return response.end();
  }
  request.url = inside + url.search;
  request.originalUrl = path + request.url;
  return handle(request, response);
}

const server = http.createServer((request, response) => {
  serve(request, response).catch((error) => {
    console.error(error);
    response.statusCode = 500;
    response.end();
  });
});
server.listen(Number(port), "127.0.0.1", async () => {
  base = `http://127.0.0.1:${server.address().port}`;
  await rotate("RS256", true);
  console.log(base + path);
});
