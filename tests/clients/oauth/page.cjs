// A page of another origin that finds its way from `mcp_resource_server` to the issuer, in a headless Chromium:
// `page.cjs SERVER ISSUER /path/to/chromium`.
"use strict";

const { chromium } = require("playwright-core");

const [server, issuer, executablePath] = process.argv.slice(2);
const args = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"];

function check(name, expected, got) {
  const [wanted, told] = [JSON.stringify(expected), JSON.stringify(got)];
  if (told !== wanted) process.exitCode = 1;
  console.log(told === wanted ? `ok    a page: ${name}` : `FAIL  a page: ${name}: expected ${wanted}, got ${told}`);
}

// Runs in the page, and knows only the URL of the server.
async function find(server) {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" });
  const headers = {
    accept: "application/json, text/event-stream",
    "content-type": "application/json",
    "mcp-protocol-version": "2025-11-25",
  };
  const ask = async (token) =>
    fetch(server, { method: "POST", headers: { ...headers, authorization: `Bearer ${token}` }, body });
  const json = async (url) => (await fetch(url, { headers: { "mcp-protocol-version": "2025-11-25" } })).json();

  const stranger = await fetch(server, { method: "POST", headers, body });
  const challenge = stranger.headers.get("www-authenticate");
  const resource = await json(challenge.match(/resource_metadata="([^"]*)"/)[1]);
  const [named] = resource.authorization_servers;
  const { token_endpoint, issuer } = await json(`${named}/.well-known/openid-configuration`);
  const form = { grant_type: "client_credentials", scope: "notes:read", resource: resource.resource };
  const granted = await fetch(token_endpoint, {
    method: "POST",
    headers: { authorization: `Basic ${btoa("robot:a-secret-of-this-test")}` },
    body: new URLSearchParams(form),
  });
  const { access_token } = await granted.json();
  const statuses = [stranger, await ask("wrong"), await ask(access_token)].map((answer) => answer.status);
  return { statuses, resource: resource.resource, issuer };
}

async function main() {
  const browser = await chromium.launch({ executablePath, args });
  try {
    const page = await browser.newPage();
    await page.goto(`${issuer}/.well-known/openid-configuration`);
    const found = await page.evaluate(find, server);
    check("finds the resource and its issuer", { resource: server, issuer }, { resource: found.resource, issuer: found.issuer });
    check("reads what is refused, and what is answered", [401, 401, 200], found.statuses);
  } finally {
    await browser.close();
  }
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
