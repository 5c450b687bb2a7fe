// Somebody at a browser, as far as an authorization server sees: follows redirects, keeps cookies, fills in forms.

// Where clients wait for the answer. Nobody listens there: the one who was sent there tells.
export const redirectUrl = "http://127.0.0.1:1/callback";

// Opens an authorization URL as `login`, and agrees to what is asked for. Returns the parameters that come back.
export async function consent(url, login) {
  const cookies = new Map();
  let request = new Request(url, { redirect: "manual" });
  for (let steps = 0; steps < 20; steps++) {
    request.headers.set("cookie", [...cookies].map((cookie) => cookie.join("=")).join("; "));
    const response = await fetch(request);
    for (const cookie of response.headers.getSetCookie()) {
      const [name, value] = cookie.split(";")[0].split("=");
      cookies.set(name, value);
    }
    const page = await response.text();
    const location = response.headers.get("location");
    const form = page.match(/<form[^>]* action="([^"]*)"/);
    if (location) {
      const next = new URL(location, request.url);
      if (next.href.startsWith(redirectUrl)) return next.searchParams;
      request = new Request(next, { redirect: "manual" });
    } else if (form) {
      const prompt = page.match(/name="prompt" value="([^"]*)"/)[1];
      const body = new URLSearchParams({ prompt, login, password: "any" });
      request = new Request(new URL(form[1], request.url), { method: "POST", body, redirect: "manual" });
    } else {
      throw new Error(`${response.status} from ${request.url}: ${page}`);
    }
  }
  throw new Error("the authorization server sends us around in circles");
}
