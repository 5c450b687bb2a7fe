// Reads the tokens that `jwt_interop` mints, by jose: `read.mjs FOLDER URL`.
import fs from "node:fs";
import path from "node:path";
import * as jose from "jose";

const [folder, base] = process.argv.slice(2);
const expected = { issuer: "https://as.example.net", audience: "https://rs.example.com", typ: "at+jwt" };

for (const file of fs.readdirSync(folder).filter((name) => name.endsWith(".private"))) {
  const name = path.basename(file, ".private");
  const told = `jose reads a token of jsonwebtoken by ${name}`;
  try {
    const { keys } = JSON.parse(fs.readFileSync(path.join(folder, `${name}.jwks`), "utf8"));
    const key = await jose.importJWK(keys[1]);
    const token = await (await fetch(`${base}/minted/${name}`)).text();
    const { payload } = await jose.jwtVerify(token, key, { ...expected, algorithms: [name.split("-")[1]] });
    console.log(payload.sub === "alice" ? `ok    ${told}` : `FAIL  ${told}: ${JSON.stringify(payload)}`);
  } catch (error) {
    console.log(`FAIL  ${told}: ${error}`);
  }
}
