"""For whom the server listens, and that it asks them who they are."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from core.api import open_server
from core.api.binding import ensure_login_for_others, serves_others, uvicorn_address
from core.api.refusals import OpenToOthers
from core.settings import Settings


@pytest.mark.parametrize(
    ("address", "others"),
    [
        ("localhost", False),
        ("LOCALHOST", False),
        ("shelf.localhost", False),
        ("127.0.0.1", False),
        ("127.0.0.5", False),
        ("::1", False),
        ("[::1]", False),
        ("unix:/run/shelf.sock", False),
        ("", True),
        ("0.0.0.0", True),
        ("::", True),
        ("192.168.1.20", True),
        ("fe80::1%eth0", True),
        ("shelf.example.com", True),
        ("localhost.evil.example", True),
        ("127.1", True),
    ],
)
def test_only_addresses_of_this_machine_serve_it_alone(address: str, others: bool) -> None:
    assert serves_others(address) is others


@pytest.mark.parametrize(
    ("argv", "environ", "address"),
    [
        (["/x/bin/uvicorn", "Home:app"], {}, "127.0.0.1"),
        (["/x/bin/uvicorn", "Home:app", "--host", "0.0.0.0"], {}, "0.0.0.0"),
        (["/x/site-packages/uvicorn/__main__.py", "Home:app", "--host=::"], {}, "::"),
        (["uvicorn", "--host", "0.0.0.0", "Home:app", "--host", "localhost"], {}, "localhost"),
        (["uvicorn", "Home:app"], {"UVICORN_HOST": "0.0.0.0"}, "0.0.0.0"),
        (["uvicorn", "Home:app", "--uds", "/run/shelf.sock"], {}, "unix:"),
        (["uvicorn", "Home:app", "--fd", "3"], {}, ""),
        (["/x/bin/streamlit", "run", "Home.py", "--host", "0.0.0.0"], {}, None),
        (["Home.py"], {"UVICORN_HOST": "0.0.0.0"}, None),
        ([], {}, None),
    ],
)
def test_the_address_of_uvicorn_is_read_from_its_options(
    argv: list[str], environ: dict[str, str], address: str | None
) -> None:
    assert uvicorn_address(argv, environ) == address


def test_a_server_for_others_without_a_login_does_not_start(settings: Settings) -> None:
    for login in ({"password": SecretStr("long enough")}, {"proxy_login": True}):
        ensure_login_for_others("0.0.0.0", settings.model_copy(update=login))
    ensure_login_for_others("localhost", settings)
    with pytest.raises(OpenToOthers, match="SHELFLENS_PASSWORD"):
        ensure_login_for_others("0.0.0.0", settings)


def test_the_start_is_refused_in_both_languages(settings: Settings) -> None:
    with pytest.raises(SystemExit) as ended:
        open_server("0.0.0.0")
    assert "SHELFLENS_PASSWORD" in str(ended.value) and "身份验证" in str(ended.value)
