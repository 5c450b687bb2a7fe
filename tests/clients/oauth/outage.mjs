// An issuer that is away when `mcp_resource_server` first needs its keys: `outage.mjs SERVER ISSUER`.
import { checks } from "./checks.mjs";

const [server, issuer] = process.argv.slice(2);
const check = checks("an outage:");
const steer = (path) => fetch(new URL(`/test/${path}`, issuer), { method: "POST" });

const { token_endpoint } = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
const granted = await fetch(token_endpoint, {
  method: "POST",
  headers: { authorization: `Basic ${btoa("robot:a-secret-of-this-test")}` },
  body: new URLSearchParams({ grant_type: "client_credentials", scope: "notes:read", resource: server }),
});
const { access_token: token } = await granted.json();

async function status(token) {
  const headers = {
    accept: "application/json, text/event-stream",
    "content-type": "application/json",
    ...(token && { authorization: `Bearer ${token}` }),
  };
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" });
  const response = await fetch(server, { method: "POST", headers, body });
  return [response.status, response.headers.has("www-authenticate")];
}

await steer("down");
check("a true token is not refused, and not let in", [503, false], await status(token));
check("what no key could save is refused", [401, true], await status("wrong"));
check("strangers are asked to log in", [401, true], await status());
await steer("up");
let last;
for (let waited = 0; waited < 45; waited++) {
  last = await status(token);
  if (last[0] !== 503) break;
  await new Promise((resolve) => setTimeout(resolve, 1000));
}
check("the token is taken once the issuer is back", [200, false], last);
