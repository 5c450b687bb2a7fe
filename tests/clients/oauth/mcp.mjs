// The official clients of MCP for TypeScript against `mcp_resource_server`: `mcp.mjs SERVER ISSUER 1` and `2`.
//
// It is told the URL of the server, and finds the rest. The issuer is asked what was asked of it.
import * as jose from "jose";
import { checks } from "./checks.mjs";
import { consent, redirectUrl } from "./person.mjs";

const [server, issuer, major] = process.argv.slice(2);
const check = checks(`MCP in TypeScript ${major}, issuer at ${new URL(issuer).pathname}:`);

const first = ["client/auth.js", "client/auth-extensions.js", "client/index.js", "client/streamableHttp.js"];
const parts = { 1: first.map((part) => `@modelcontextprotocol/sdk/${part}`), 2: ["@modelcontextprotocol/client"] };
const sdk = Object.assign({}, ...(await Promise.all(parts[major].map((part) => import(part)))));
const { Client, ClientCredentialsProvider, StreamableHTTPClientTransport, UnauthorizedError } = sdk;
// The second adds what lets it stay, where the issuer knows of that.
const needed = ["notes:read", ...(major === "2" ? ["offline_access"] : [])];

// What an application brings: somebody at a browser, and a place to keep things.
class Desktop {
  redirectUrl = redirectUrl;
  clientMetadata = {
    client_name: "a desktop",
    redirect_uris: [redirectUrl],
    grant_types: ["authorization_code", "refresh_token"],
    token_endpoint_auth_method: "none",
  };
  clientInformation = () => this.client;
  saveClientInformation = (client) => (this.client = client);
  tokens = () => this.kept;
  saveTokens = (tokens) => (this.kept = tokens);
  saveCodeVerifier = (verifier) => (this.verifier = verifier);
  codeVerifier = () => this.verifier;
  discoveryState = () => this.discovered;
  saveDiscoveryState = (discovered) => (this.discovered = discovered);
  redirectToAuthorization = async (url) => (this.answer = await consent(url, `alice${major}`));
}

class Connection {
  constructor(authProvider) {
    this.provider = authProvider;
  }

  async open() {
    this.client = new Client({ name: "a test", version: "1.0.0" });
    this.transport = new StreamableHTTPClientTransport(new URL(server), { authProvider: this.provider });
    await this.client.connect(this.transport);
  }

  async call(name, given = {}) {
    return (await this.client.callTool({ name, arguments: given })).content[0].text;
  }

  // Does what needs authorization, and does it again once somebody has agreed.
  async authorized(action) {
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof UnauthorizedError)) throw error;
      await this.transport.finishAuth(this.provider.answer.get("code"), this.provider.answer.get("iss"));
      return action();
    }
  }
}

// What was asked of the issuer since then: of everything, the last of its kind.
async function asked() {
  const all = await (await fetch(new URL("/test/asked", issuer))).json();
  const last = (method, path) => all.findLast((one) => one.method === method && one.path.endsWith(path));
  return { registered: last("POST", "/reg")?.body, agreed: last("GET", "/auth")?.query, token: last("POST", "/token")?.body };
}

await asked();
const desktop = new Desktop();
const alice = new Connection(desktop);
await alice.authorized(() => alice.open());
const one = await asked();
check("registers for what it is told that it needs", needed, one.registered.scope.split(" "));
check("asks for what it is told that it needs", needed, one.agreed.scope.split(" "));
check("proves that it asked", "S256", one.agreed.code_challenge_method);
check("says what the token is for, twice", [server, server], [one.agreed.resource, one.token.resource]);
const header = jose.decodeProtectedHeader(desktop.kept.access_token);
const claims = jose.decodeJwt(desktop.kept.access_token);
const said = [header.typ, claims.iss, claims.aud, claims.scope];
check("is given an access token", ["at+jwt", issuer, server, "notes:read"], said);

const { tools } = await alice.client.listTools();
check("lists tools", ["add_note", "list_notes", "whoami"], tools.map((tool) => tool.name).sort());
check("is known", `alice${major} by ${desktop.client.client_id}`, await alice.call("whoami"));
check("calls what it may", "", await alice.call("list_notes"));

await asked();
const added = await alice.authorized(() => alice.call("add_note", { text: "Buy milk." }));
const two = await asked();
check("asks for what else it needs", [...needed, "notes:write"].sort(), two.agreed?.scope.split(" ").sort());
check("registers once", undefined, two.registered);
check("calls what it may by then", "Note 1 is written.", added);
check("keeps what it was given", "Buy milk.", await alice.call("list_notes"));

const secret = { clientId: "robot", clientSecret: "a-secret-of-this-test", expectedIssuer: issuer };
const robot = new Connection(new ClientCredentialsProvider({ ...secret, scope: "notes:read" }));
await robot.open();
const three = await asked();
check("gets in without anybody", [server, "notes:read"], [three.token.resource, three.token.scope]);
check("is known by itself", "robot by robot", await robot.call("whoami"));
