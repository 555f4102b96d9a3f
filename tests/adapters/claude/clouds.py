"""The clouds' own addresses and frames, in front of the loopback Claude: Vertex, and Bedrock's older client.

Sources: the SDK's clients (2.12); AWS's event stream encoding; Google's token endpoint for service accounts.
"""

import base64
import json
import re
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import requests
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.sandbox.claude import ClaudeSandbox
from tests.sandbox.serve import LoopbackServer

_VERTEX = re.compile(r"/projects/my-project/locations/global/publishers/anthropic/models/(.+):streamRawPredict")
_COUNT = "/projects/my-project/locations/global/publishers/anthropic/models/count-tokens:rawPredict"
_BEDROCK = re.compile(r"/model/(.+)/invoke-with-response-stream")
TOKEN = "ya29.loopback"

Start = Callable[[str, list[tuple[str, str]]], object]


def cloud(claude: ClaudeSandbox) -> LoopbackServer:
    """A server that translates, and refuses what the clouds would refuse. To be started and stopped."""

    def app(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        sent = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        auth = environ.get("HTTP_AUTHORIZATION", "")
        if path == "/token":
            start("200 OK", [("content-type", "application/json")])
            return [json.dumps({"access_token": TOKEN, "expires_in": 3600, "token_type": "Bearer"}).encode()]

        body = json.loads(sent)
        url = f"{claude.url}/v1/messages"

        if (found := _VERTEX.fullmatch(path)) and auth == f"Bearer {TOKEN}":
            version = body.pop("anthropic_version")
            model = found[1].replace("@", "-")
        elif path == _COUNT and auth == f"Bearer {TOKEN}":
            version = body.pop("anthropic_version")
            model = body["model"].replace("@", "-")
            url = f"{url}/count_tokens"
        elif (found := _BEDROCK.fullmatch(path)) and auth.startswith("AWS4-HMAC-SHA256 Credential=AKIALOOPBACK/"):
            version = body.pop("anthropic_version")
            model = found[1].removeprefix("us.anthropic.").removesuffix("-v1:0")
            body["stream"] = True
        else:
            start("403 Forbidden", [("content-type", "application/json")])
            return [b"{}"]

        headers = {"x-api-key": claude.api_key, "anthropic-version": "2026-10-21"}
        answer = requests.post(url, json={**body, "model": model}, headers=headers, timeout=30)
        assert version
        if answer.ok and _BEDROCK.fullmatch(path):
            start("200 OK", [("content-type", "application/vnd.amazon.eventstream")])
            return list(_frames(answer.text))

        start(f"{answer.status_code} {answer.reason}", [("content-type", answer.headers["content-type"])])
        return [answer.content]

    return LoopbackServer(app)


def service_account(folder: Path, server: LoopbackServer) -> str:
    """A key file of a service account, whose tokens the server gives out; its path."""
    key = generate_private_key(public_exponent=65537, key_size=2048)
    account = {
        "type": "service_account",
        "client_email": "kireji@my-project.example",
        "token_uri": f"{server.url}/token",
        "private_key": key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
    }
    file = folder / "account.json"
    file.write_text(json.dumps(account))
    return str(file)


def _frames(events: str) -> Iterator[bytes]:
    """Server-sent events as AWS frames them: lengths, headers, payload, two checksums."""
    for data in re.findall(r"^data: (.*)$", events, re.MULTILINE):
        payload = json.dumps({"bytes": base64.b64encode(data.encode()).decode()}).encode()
        named = ((":event-type", "chunk"), (":content-type", "application/json"), (":message-type", "event"))
        headers = b"".join(_header(name, value) for name, value in named)
        prelude = struct.pack("!II", 12 + len(headers) + len(payload) + 4, len(headers))
        frame = prelude + struct.pack("!I", zlib.crc32(prelude)) + headers + payload
        yield frame + struct.pack("!I", zlib.crc32(frame))


def _header(name: str, value: str) -> bytes:
    return struct.pack("!B", len(name)) + name.encode() + b"\x07" + struct.pack("!H", len(value)) + value.encode()
