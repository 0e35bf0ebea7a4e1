"""The model hub, or the mirror HF_ENDPOINT names: what a revision consists of, and one file with resume.

Two plain requests instead of the hub's own client, huggingface_hub: that one cannot be stopped in the middle of a
file, downloads through another service than a mirror where `hf_xet` is installed, reads HF_ENDPOINT only once, at
its import, and asks for a list of its own beside what it was called for. Only its default address is taken from it.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import quote

import httpx

from core.errors import PullFailed, WrongHash
from core.files import file_error
from core.types import Bilingual
from core.weights.catalogue import Model
from core.weights.manifest import Entry, Plan
from core.weights.progress import HasStopped, Stopped

USER_AGENT = "ShelfLens"
"""All that is told about this machine; no account, unless HF_TOKEN is set."""
TIMEOUT = httpx.Timeout(20.0, connect=10.0)
TRIES = 5
"""Failures in a row, without a byte between them, after which a pull gives up."""
PAUSE_S = 1.0
"""After the first failure; twice as long after each further one."""
COMMIT = re.compile(r"[0-9a-f]{40}")

REFUSALS = {
    "RepoNotFound": Bilingual(en="there is no such model", zh="没有这个模型"),
    "RevisionNotFound": Bilingual(en="it has no such revision", zh="没有这个版本"),
    "GatedRepo": Bilingual(en="it wants an account (HF_TOKEN)", zh="需要账户授权（HF_TOKEN）"),
}
"""What the hub's header x-error-code says."""


class _Transient(Exception):
    """The server had a bad moment; asking again may help."""


class Hub:
    """A connection to the hub. A context manager; opens nothing before it is asked for something."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self.address = endpoint()
        token = os.environ.get("HF_TOKEN")
        headers = {"user-agent": USER_AGENT, "accept-encoding": "identity"}
        if token:
            headers["authorization"] = f"Bearer {token}"  # httpx takes it away where a redirect leaves the hub
        self._client = httpx.Client(headers=headers, timeout=TIMEOUT, follow_redirects=True)

    def __enter__(self) -> Hub:
        return self

    def __exit__(self, kind: type[BaseException] | None, err: BaseException | None, at: TracebackType | None) -> None:
        self._client.close()

    def plan(self, revision: str, stopped: HasStopped) -> Plan:
        """The wanted files of `revision` with sizes and hashes; a branch becomes the commit it stands for now.

        Raises PullFailed, or WrongHash where the hub names another hash than the catalogue.
        """
        url = f"{self.address}/api/models/{self._model.id}/revision/{quote(revision, safe='')}"
        answer = self._retry(lambda: self._ask(url), lambda: 0, stopped)
        commit = answer.get("sha")
        if not isinstance(commit, str) or not COMMIT.fullmatch(commit):
            raise self._failed(en="the answer names no commit", zh="返回内容没有提交号")
        if COMMIT.fullmatch(revision) and commit != revision:
            raise self._failed(en=f"asked for {revision}, it offers {commit}", zh=f"请求 {revision}，却提供 {commit}")
        entries = [entry for sibling in _list(answer, "siblings") if (entry := self._entry(sibling))]
        if not any(entry.name.endswith(".safetensors") for entry in entries):
            raise self._failed(en="it has no .safetensors file", zh="没有 .safetensors 文件")
        # Small files first: what is wrong with a model shows before its gigabytes have come.
        entries.sort(key=lambda entry: (entry.bytes, entry.name))
        return Plan(model_id=self._model.id, revision=commit, source=self.address, files=tuple(entries))

    def fetch(self, plan: Plan, entry: Entry, to: Path, on_bytes: Callable[[int], None], stopped: HasStopped) -> None:
        """Brings `to` to the entry's size; goes on behind what it holds already.

        Raises Stopped, PullFailed, StorageFull or StorageDenied; what has arrived stays in `to`.
        """
        url = f"{plan.source}/{plan.model_id}/resolve/{plan.revision}/{quote(entry.name)}"
        if _size(to) > entry.bytes:
            on_bytes(-_size(to))
            to.unlink()
        to.touch()
        while _size(to) < entry.bytes:
            self._retry(lambda: self._stream(url, entry, to, on_bytes, stopped), lambda: _size(to), stopped)

    def _retry(self, act: Callable[[], Any], progress: Callable[[], int], stopped: HasStopped) -> Any:
        """The result of `act`, tried again after failures that may pass; progress between them counts anew."""
        failures = 0
        while True:
            if stopped():
                raise Stopped
            before = progress()
            try:
                return act()
            except (httpx.TransportError, _Transient) as err:
                failures = 1 if progress() > before else failures + 1
                if failures >= TRIES:
                    raise self._failed(*_reason(err)) from err
                _pause(PAUSE_S * 2 ** (failures - 1), stopped)
            except (httpx.HTTPError, httpx.InvalidURL) as err:
                raise self._failed(*_reason(err)) from err

    def _ask(self, url: str) -> dict[str, Any]:
        answer = self._client.get(url, params={"blobs": "true"})
        self._refuse(answer)
        try:
            content = answer.json()
        except ValueError as err:
            raise self._failed(en="the answer is not a hub's", zh="返回内容不是模型站点的格式") from err
        return content if isinstance(content, dict) else {}

    def _entry(self, sibling: Any) -> Entry | None:
        """A wanted file of the hub's answer, with its hash; None for what is not fetched."""
        sibling = sibling if isinstance(sibling, dict) else {}
        name, size, large = sibling.get("rfilename"), sibling.get("size"), sibling.get("lfs")
        if not isinstance(name, str) or not self._model.wants(name):
            return None
        said = str(large.get("sha256") or "") if isinstance(large, dict) else ""
        if not isinstance(size, int) or size < 0 or not (said or sibling.get("blobId")):
            raise self._failed(en=f"it gives no size and hash of {name}", zh=f"未给出 {name} 的大小与哈希")
        known = self._model.sha256.get(name, "")
        if known and said != known:
            raise WrongHash(file=name, source=self.address, found=said or "?", expected=known)
        return Entry(name=name, bytes=size, sha256=said, git_sha1="" if said else str(sibling["blobId"]))

    def _stream(self, url: str, entry: Entry, to: Path, on_bytes: Callable[[int], None], stopped: HasStopped) -> None:
        """Appends the rest of the file to `to`. A server that ignores the range sends it whole: begun anew then."""
        have = _size(to)
        headers = {"range": f"bytes={have}-"} if have else {}
        with self._client.stream("GET", url, headers=headers) as answer:
            self._refuse(answer)
            continues = answer.status_code == 206 and answer.headers.get("content-range", "").startswith(
                f"bytes {have}-"
            )
            if have and not continues:
                on_bytes(-have)
                have = 0
            self._write(answer, entry, to, have, on_bytes, stopped)
        if _size(to) < entry.bytes:
            raise _Transient("it ended early")

    def _write(
        self, answer: httpx.Response, entry: Entry, to: Path, have: int, on_bytes: Callable[[int], None],
        stopped: HasStopped,
    ) -> None:  # fmt: skip
        try:
            with to.open("r+b") as file:
                file.truncate(have)
                file.seek(have)
                for piece in answer.iter_raw():
                    have += len(piece)
                    if have > entry.bytes:
                        raise self._failed(en=f"{entry.name} is longer than it said", zh=f"{entry.name} 比声明的更长")
                    file.write(piece)
                    on_bytes(len(piece))
                    if stopped():
                        raise Stopped
                file.flush()
                os.fsync(file.fileno())
        except OSError as err:
            raise file_error(err, entry.name, to.parent) from err

    def _refuse(self, answer: httpx.Response) -> None:
        """Raises _Transient for an answer that may be another one soon, PullFailed for one that will not."""
        status = answer.status_code
        if status == 429 or status >= 500:
            raise _Transient(f"status {status}")
        if status >= 300:
            reason = REFUSALS.get(answer.headers.get("x-error-code", ""))
            reason = reason or (REFUSALS["RepoNotFound"] if status == 404 else None)
            if reason:
                raise self._failed(en=f"{reason.en} (status {status})", zh=f"{reason.zh}（状态 {status}）")
            raise self._failed(en=f"it answered {status}", zh=f"服务器返回状态 {status}")

    def _failed(self, en: str, zh: str) -> PullFailed:
        return PullFailed(model=self._model.id, source=self.address, reason=Bilingual(en=en, zh=zh))


def endpoint() -> str:
    """The hub's address: HF_ENDPOINT as it is now, else its client's default."""
    named = os.environ.get("HF_ENDPOINT", "").strip().rstrip("/")
    if named:
        return named
    from huggingface_hub import constants

    return str(constants.ENDPOINT)


def _list(answer: dict[str, Any], key: str) -> list[Any]:
    found = answer.get(key)
    return found if isinstance(found, list) else []


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _pause(seconds: float, stopped: HasStopped) -> None:
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        if stopped():
            raise Stopped
        time.sleep(min(left, 0.1))


def _reason(err: Exception) -> tuple[str, str]:
    if isinstance(err, httpx.TimeoutException):
        return "the server did not answer in time", "服务器未及时响应"
    if isinstance(err, httpx.ConnectError):
        return "no connection to the server", "无法连接服务器"
    if isinstance(err, httpx.RemoteProtocolError | httpx.ReadError | _Transient):
        return f"the connection broke ({err})", f"连接中断（{err}）"
    words = str(err) or type(err).__name__
    return words, words
