"""A model hub on this machine: the two requests a pull makes, one small model, and everything that can go wrong."""

from __future__ import annotations

import hashlib
import http.server
import json
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

COMMIT = "1f0e3dad99908345f7439f8ffabdffc4a9b8c7d6"
SMALL = 1000
"""Files of fewer bytes are not in large-file storage: the hub gives git's hash of them, not SHA-256."""


@dataclass
class Sent:
    """One request for a file: which, the range asked for, and how many bytes of its body were sent."""

    name: str
    range: str
    bytes: int = 0


@dataclass
class TinyHub:
    """The model `id` with `files`. Fields change how it answers from then on."""

    id: str
    files: dict[str, bytes]
    commit: str = COMMIT
    claims: dict[str, bytes] = field(default_factory=dict)
    """File -> content its hash is made of, where that is another than what is sent."""
    cut_after: int | None = None
    """Break the connection after this many bytes of a large file, once."""
    cuts: int = 1
    after_cut: int = 0
    """Answer every request for a file with this status once a connection was cut."""
    ranges: bool = True
    status: int = 0
    """Answer every request for a file with this."""
    gate: threading.Event | None = None
    """Wait for it in the middle of a large file."""
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    """Of every request, names in lower case."""
    sent: list[Sent] = field(default_factory=list)
    address: str = ""

    def of(self, name: str) -> list[Sent]:
        return [sent for sent in self.sent if sent.name == name]

    def listing(self) -> dict[str, Any]:
        return {"id": self.id, "sha": self.commit, "siblings": [self._sibling(name) for name in self.files]}

    def _sibling(self, name: str) -> dict[str, Any]:
        data = self.claims.get(name, self.files[name])
        entry: dict[str, Any] = {"rfilename": name, "size": len(data)}
        entry["blobId"] = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
        if len(data) >= SMALL:
            entry["lfs"] = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data), "pointerSize": 134}
        return entry


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: TinyHub

    def do_GET(self) -> None:
        self.hub.headers.append({name.lower(): value for name, value in self.headers.items()})
        parts = urlsplit(self.path)
        path = unquote(parts.path)
        api, files, store = f"/api/models/{self.hub.id}/revision/", f"/{self.hub.id}/resolve/", "/store/"
        if path.startswith(api):
            self.hub.asked.append(self.path)
            self._listing(path.removeprefix(api), parse_qs(parts.query))
        elif path.startswith(files):
            revision, _, name = path.removeprefix(files).partition("/")
            self._file(revision, name)
        elif path.startswith(store):
            self._body(path.removeprefix(store))
        else:
            self._answer(404, b"{}", **{"x-error-code": "RepoNotFound"})

    def _listing(self, revision: str, query: dict[str, list[str]]) -> None:
        if revision not in ("main", self.hub.commit):
            self._answer(404, b"{}", **{"x-error-code": "RevisionNotFound"})
            return
        listing = self.hub.listing()
        if query.get("blobs") != ["true"]:
            listing["siblings"] = [{"rfilename": entry["rfilename"]} for entry in listing["siblings"]]
        self._answer(200, json.dumps(listing).encode())

    def _file(self, revision: str, name: str) -> None:
        if self.hub.status:
            self._answer(self.hub.status, b"no")
        elif revision != self.hub.commit or name not in self.hub.files:
            self._answer(404, b"no", **{"x-error-code": "EntryNotFound"})
        elif len(self.hub.files[name]) >= SMALL:  # as the hub does: large files lie in another place
            self._answer(302, b"", location=f"/store/{name}")
        else:
            self._body(name)

    def _body(self, name: str) -> None:
        data, wanted = self.hub.files[name], self.headers.get("range", "")
        sent = Sent(name, wanted)
        self.hub.sent.append(sent)
        first = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and self.hub.ranges else 0
        self.send_response(206 if wanted and self.hub.ranges else 200)
        if wanted and self.hub.ranges:
            self.send_header("content-range", f"bytes {first}-{len(data) - 1}/{len(data)}")
        self.send_header("content-length", str(len(data) - first))
        self.end_headers()
        self._send(data[first:], sent)

    def _send(self, body: bytes, sent: Sent) -> None:
        cut = self.hub.cut_after
        if len(body) >= SMALL and cut is not None and self.hub.cuts:
            self.hub.cuts, self.hub.status = self.hub.cuts - 1, self.hub.after_cut
            body, self.close_connection = body[:cut], True
        half = len(body) // 2
        for number, piece in enumerate((body[:half], body[half:])):
            if number and self.hub.gate is not None and len(body) >= SMALL:
                self.hub.gate.wait(120)
            try:
                self.wfile.write(piece)
            except OSError:  # whoever asked has gone
                return
            sent.bytes += len(piece)

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class Serving:
    """The hub while it serves; a context manager."""

    def __init__(self, hub: TinyHub) -> None:
        handler = type("Handler", (_Handler,), {"hub": hub})
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        hub.address = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> Serving:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
