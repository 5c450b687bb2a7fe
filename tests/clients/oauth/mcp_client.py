"""The official client of MCP for Python against `mcp_resource_server`: `mcp_client.py SERVER ISSUER`.

It is told the URL of the server, and finds the rest. The issuer is asked what was asked of it.
"""

import asyncio
import re
import sys
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx2
from mcp import Client
from mcp.client.auth import OAuthClientProvider
from mcp.client.auth.extensions.client_credentials import ClientCredentialsOAuthProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import AuthorizationCodeResult, OAuthClientMetadata

SERVER, ISSUER = sys.argv[1:]
WHO = f"MCP in Python, issuer at {urlsplit(ISSUER).path or '/'}"
REDIRECT = "http://127.0.0.1:1/callback"
FAILED = 0


def check(name, expected, got):
    global FAILED
    if got == expected:
        print(f"ok    {WHO}: {name}")
    else:
        print(f"FAIL  {WHO}: {name}: expected {expected}, got {got}")
        FAILED += 1


class Memory:
    """A place to keep things."""

    tokens = client = None

    async def get_tokens(self):
        return self.tokens

    async def set_tokens(self, tokens):
        self.tokens = tokens

    async def get_client_info(self):
        return self.client

    async def set_client_info(self, client):
        self.client = client


class Person:
    """Somebody at a browser: opens an authorization URL, fills in forms, agrees to what is asked for."""

    async def consent(self, url):
        async with httpx2.AsyncClient(timeout=10) as browser:
            answer = await browser.get(url)
            for _ in range(20):
                location = answer.headers.get("location")
                form = re.search(r'<form[^>]* action="([^"]*)"', answer.text)
                if location and location.startswith(REDIRECT):
                    self.answer = dict(parse_qsl(urlsplit(location).query))
                    return
                if location:
                    answer = await browser.get(urljoin(str(answer.url), location))
                    continue
                prompt = re.search(r'name="prompt" value="([^"]*)"', answer.text)[1]
                data = {"prompt": prompt, "login": "bob", "password": "any"}
                answer = await browser.post(urljoin(str(answer.url), form[1]), data=data)
        raise RuntimeError("the authorization server sends us around in circles")

    async def come_back(self):
        return AuthorizationCodeResult(**{name: self.answer.get(name) for name in ("code", "state", "iss")})


async def asked():
    """What was asked of the issuer since then: of everything, the last of its kind."""
    async with httpx2.AsyncClient() as client:
        answer = await client.get(urljoin(ISSUER, "/test/asked"))
    inside = len(urlsplit(ISSUER).path)
    last = {f"{one['method']} {one['path'][inside:]}": one for one in answer.json()}
    return (
        last.get("POST /reg", {}).get("body"),
        last.get("GET /auth", {}).get("query"),
        last.get("POST /token", {}).get("body"),
    )


async def call(client, name, **given):
    return (await client.call_tool(name, given)).content[0].text


async def with_a_person():
    memory, person = Memory(), Person()
    metadata = OAuthClientMetadata(
        client_name="a script",
        redirect_uris=[REDIRECT],
        grant_types=["authorization_code", "refresh_token"],
        token_endpoint_auth_method="none",
    )
    auth = OAuthClientProvider(SERVER, metadata, memory, person.consent, person.come_back)
    await asked()
    async with httpx2.AsyncClient(auth=auth, timeout=10) as http:
        async with Client(streamable_http_client(SERVER, http_client=http)) as client:
            registered, agreed, token = await asked()
            # It adds what lets it stay, where the issuer knows of that.
            needed = "notes:read offline_access"
            check("registers for what it is told that it needs", needed, registered["scope"])
            check("asks for what it is told that it needs", needed, agreed["scope"])
            check("proves that it asked", "S256", agreed["code_challenge_method"])
            check("says what the token is for, twice", [SERVER] * 2, [agreed["resource"], token["resource"]])

            names = sorted(tool.name for tool in (await client.list_tools()).tools)
            check("lists tools", ["add_note", "list_notes", "whoami"], names)
            check("is known", f"bob by {memory.client.client_id}", await call(client, "whoami"))
            check("calls what it may", "", await call(client, "list_notes"))

            added = await call(client, "add_note", text="Buy bread.")
            registered, agreed, _ = await asked()
            wanted = {*needed.split(), "notes:write"}
            check("asks for what else it needs", wanted, set(agreed["scope"].split()))
            check("registers once", None, registered)
            check("calls what it may by then", "Note 1 is written.", added)
            check("keeps what it was given", "Buy bread.", await call(client, "list_notes"))


async def without_anybody():
    auth = ClientCredentialsOAuthProvider(
        SERVER, Memory(), "robot", "a-secret-of-this-test", scope="notes:read", issuer=ISSUER
    )
    async with httpx2.AsyncClient(auth=auth, timeout=10) as http:
        async with Client(streamable_http_client(SERVER, http_client=http)) as client:
            _, _, token = await asked()
            check("gets in without anybody", SERVER, token["resource"])
            check("is known by itself", "robot by robot", await call(client, "whoami"))


asyncio.run(with_a_person())
asyncio.run(without_anybody())
sys.exit(FAILED > 0)
