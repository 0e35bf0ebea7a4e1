"""Logins of the pages: one password for everybody, a name of one's own, and a signed cookie that says so.

The cookie holds name and end in the open and an HMAC over both. Its key comes from a secret beside the database
and from the password, so that a changed password ends every login, and a copied cookie tells nothing about the
password that could be tried out elsewhere.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
import time
from pathlib import Path

from core.errors import BadSetting
from core.settings import Settings

COOKIE = "shelflens_session"
LASTS_S = 7 * 24 * 3600
"""A login lasts a week: a shift does not end with one, a lost laptop does."""
SHORTEST_PASSWORD = 8
"""NIST SP 800-63B, 5.1.1.2."""
LONGEST_NAME = 60
SECRET_BYTES = 32


def check_password_setting(settings: Settings) -> None:
    """Raises BadSetting for a password that is too short to be one. None at all is fine."""
    password = settings.password.get_secret_value()
    if password and len(password) < SHORTEST_PASSWORD:
        reason = f"shorter than {SHORTEST_PASSWORD} characters"
        raise BadSetting(name="SHELFLENS_PASSWORD", value="…", reason=reason)


def is_password(settings: Settings, said: str) -> bool:
    """True for the password of the settings; takes the same time for every wrong one."""
    wanted = settings.password.get_secret_value()
    return bool(wanted) and hmac.compare_digest(_sha(said), _sha(wanted))


def open_session(settings: Settings, name: str) -> str:
    """What the cookie of somebody who has just logged in holds."""
    told = {"name": " ".join(name.split())[:LONGEST_NAME] or settings.user, "until": int(time.time()) + LASTS_S}
    body = base64.urlsafe_b64encode(json.dumps(told, ensure_ascii=False).encode()).decode()
    return f"{body}.{_signature(settings, body)}"


def session_name(settings: Settings, cookie: str) -> str | None:
    """The name somebody logged in with; None for a cookie that is none of ours, or no longer."""
    if not settings.password.get_secret_value():
        return None
    body, _, signature = cookie.partition(".")
    if not hmac.compare_digest(signature.encode(), _signature(settings, body).encode()):
        return None
    told = json.loads(base64.urlsafe_b64decode(body))  # signed: its form is ours
    return str(told["name"]) if told["until"] >= time.time() else None


def _signature(settings: Settings, body: str) -> str:
    key = hmac.digest(_secret(settings.data / "session.key"), _sha(settings.password.get_secret_value()), "sha256")
    return hmac.new(key, body.encode(), "sha256").hexdigest()


def _sha(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _secret(path: Path) -> bytes:
    """The secret of this data folder, readable for its owner alone; made where there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        pass
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    part.touch(mode=0o600)
    part.write_bytes(secrets.token_bytes(SECRET_BYTES))
    try:
        os.link(part, path)  # whole or not at all; the first of several processes wins
    except FileExistsError:
        pass
    finally:
        part.unlink()
    return path.read_bytes()
