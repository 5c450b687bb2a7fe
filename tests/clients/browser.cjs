// A headless Chromium against the demo, and on the page of the example `cors`:
// `browser.cjs http://127.0.0.1:PORT http://127.0.0.1:PAGE /path/to/chromium`.
"use strict";

const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { chromium } = require("playwright-core");

const [base, pageOfCors, executablePath] = process.argv.slice(2);
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

// The rows of a table that a script fills, once it has.
async function rows(page, where) {
  await page.goto(where, { timeout: 20_000 });
  await page.waitForSelector("body[data-done]", { timeout: 20_000 });
  return page.$$eval("tbody tr", (rows) =>
    rows.map((row) => [...row.cells].map((cell) => [...cell.children].map((child) => child.textContent.trim()))),
  );
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

  await browse(undefined, async (page) => {
    await page.setViewportSize({ width: 400, height: 800 });
    const blocked = ["blocked", "TypeError: Failed to fetch"];
    const nothing = ["404", "There is nothing here."];
    const asked = [
      [["/me", "Bearer alice-token"], ["200", "Hello, alice!"], ["200", "Hello, alice!"]],
      [["/me", "no token"], ["401", 'Bearer realm="notes"'], blocked],
      [["/me", "Bearer wrong-token"], ["401", 'Bearer realm="notes", error="invalid_token"'], blocked],
      [["/notes/alice", "Bearer alice-token"], ["200", "Buy milk."], ["200", "Buy milk."]],
      [["/notes/bob", "Bearer alice-token"], nothing, nothing],
      [["/no/such/path", "Bearer alice-token"], nothing, nothing],
    ];
    const told = await rows(page, pageOfCors);
    check("a page of another origin makes all its requests", asked.length, told.length);
    for (const [place, row] of told.entries()) {
      check(`a page of another origin reads ${row[0].join(" with ")}`, asked[place], row);
    }
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    check("the page of another origin fits on a phone", true, wide <= 400);
  });
  process.exitCode = failed ? 1 : 0;
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
