// A headless Chromium against the demo, and from a page of another origin against the example
// `cross_origin`: `browser.cjs http://127.0.0.1:PORT http://127.0.0.1:PORT /path/to/chromium`.
"use strict";

const fs = require("node:fs");
const http = require("node:http");
const os = require("node:os");
const path = require("node:path");
const { chromium } = require("playwright-core");

const [base, other, executablePath] = process.argv.slice(2);
const args = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
let failed = 0;

function check(name, expected, got) {
  const good = JSON.stringify(got) === JSON.stringify(expected);
  failed += good ? 0 : 1;
  const told = `: expected ${JSON.stringify(expected)}, got ${JSON.stringify(got)}`;
  console.log(good ? `ok    chromium: ${name}` : `FAIL  chromium: ${name}${told}`);
}

// A browser with an empty profile that answers password prompts, if it has an answer.
async function browse(httpCredentials, visit) {
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), "profile-"));
  const options = { executablePath, args, httpCredentials, timeout: 30_000 };
  const browser = await chromium.launchPersistentContext(profile, options);
  try {
    await visit(await browser.newPage());
  } finally {
    await browser.close();
    fs.rmSync(profile, { recursive: true, force: true });
  }
}

async function visited(page, where) {
  const response = await page.goto(base + where, { timeout: 20_000 });
  return [response.status(), (await page.textContent("body")).trim()];
}

// The status, and the code in the problem that comes with it.
async function refused(page, where) {
  const [status, body] = await visited(page, where);
  return [status, JSON.parse(body).code];
}

// What a script hears that asks so: status, challenge and text, or that it may not know.
async function asked(page, url, method, token) {
  return page.evaluate(
    async ([url, method, token]) => {
      const headers = token ? { authorization: `Bearer ${token}` } : {};
      const answer = await fetch(url, { method, headers }).catch((error) => error);
      if (answer instanceof Error) return answer.name;
      const challenge = answer.headers.get("www-authenticate");
      return [answer.status, challenge, answer.ok ? await answer.text() : ""];
    },
    [url, method, token],
  );
}

// A script in a page of another origin, which each port is.
async function abroad(page) {
  const server = http.createServer((_, answer) => answer.end("<!doctype html><title>elsewhere</title>"));
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  try {
    await page.goto(`http://127.0.0.1:${server.address().port}/`, { timeout: 20_000 });
    const me = `${other}/me`;
    for (const method of ["GET", "PUT"]) {
      const greeted = [200, null, "Hello, alice!\n"];
      const token = await asked(page, me, method, "alice-token");
      check(`a page of another origin sends a token with ${method}`, greeted, token);
      const required = [401, 'Bearer realm="api"', ""];
      check(`it reads that ${method} needs one`, required, await asked(page, me, method));
      const rejected = [401, 'Bearer realm="api", error="invalid_token"', ""];
      const wrong = await asked(page, me, method, "wrong-token");
      check(`it reads that one for ${method} is wrong`, rejected, wrong);
    }
    for (const token of [undefined, "alice-token"]) {
      const what = `nothing without CORS, with ${token ? "a" : "no"} token`;
      check(`it reads ${what}`, "TypeError", await asked(page, `${base}/me`, "GET", token));
    }
  } finally {
    server.close();
  }
}

async function main() {
  for (const [username, password] of [
    ["alice", "wonderland"],
    ["test", "123£"],
  ]) {
    await browse({ username, password }, async (page) => {
      for (const where of ["/basic/me", "/me"]) {
        const name = `${username} logs in at ${where}`;
        check(name, [200, `Hello, ${username}!`], await visited(page, where));
      }
      const [status] = await visited(page, "/admin");
      check(`${username} is not let in at /admin`, 403, status);
    });
  }

  await browse({ username: "alice", password: "wrong" }, async (page) => {
    for (const where of ["/basic/me", "/me"]) {
      const told = [401, "credentials_rejected"];
      check(`a wrong password is refused at ${where}`, told, await refused(page, where));
    }
  });

  await browse(undefined, async (page) => {
    const told = [401, "credentials_required"];
    check("no prompt for a token, but an answer", told, await refused(page, "/bearer/me"));

    const asked = [];
    page.on("request", (request) => asked.push(request.url()));
    page.on("pageerror", (error) => asked.push(String(error)));
    await page.setViewportSize({ width: 400, height: 800 });
    const [status] = await visited(page, "/");
    check("the page is there, and asks for nothing else", [200, [`${base}/`]], [status, asked]);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    check("the page fits on a phone", true, wide <= 400);

    const fetched = await page.evaluate(async () => {
      const headers = { authorization: "Bearer bob-token" };
      const answers = ["/me", "/admin", "/docs/1", "/docs/2"].map((where) => fetch(where, { headers }));
      return (await Promise.all(answers)).map((answer) => answer.status);
    });
    check("a script in the page carries a token", [200, 403, 404, 200], fetched);
  });

  await browse(undefined, abroad);
  process.exitCode = failed ? 1 : 0;
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
