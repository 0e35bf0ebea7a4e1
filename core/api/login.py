"""The page that asks for the password, and the way out again. Plain HTML: nothing of Streamlit is served before it."""

from __future__ import annotations

from html import escape
from string import Template
from urllib.parse import parse_qs, quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from core.access.sessions import COOKIE, LASTS_S, is_password, open_session
from core.api.limits import Buckets
from core.api.refusals import Refusal, TooManyRequests, WrongPassword
from core.settings import Settings
from core.types import Bilingual

TRIES_PER_MINUTE = 10
"""Per address: a person mistypes twice, a program that tries words gets nowhere."""
LARGEST_FORM = 4096

TITLE = Bilingual(en="Log in", zh="登录")
NAME = Bilingual(en="Your name", zh="您的姓名")
NAME_HINT = Bilingual(en="It signs what you decide.", zh="用于为您的审核结果署名。")
PASSWORD = Bilingual(en="Password", zh="密码")
LEAVE = Bilingual(en="Log out", zh="退出登录")

PAGE = Template("""<!doctype html>
<html lang="$lang"><head><meta charset="utf-8"><title>$title · ShelfLens</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root { color-scheme: light dark; --ink: #16201e; --paper: #ffffff; --quiet: #f4f6f5; --main: #0f766e; --edge: #c9d2cf }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6eceb; --paper: #101615; --quiet: #1a2221; --main: #0d9488; --edge: #3a4543 } }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, "Noto Sans CJK SC", sans-serif }
form { width: min(22rem, 90vw); padding: 2rem; border-radius: 0.75rem; background: var(--quiet) }
h1 { margin: 0 0 1.25rem; font-size: 1.4rem }
label { display: block; margin-bottom: 1rem }
small { opacity: 0.75 }
input { display: block; box-sizing: border-box; width: 100%; margin-top: 0.25rem; padding: 0.5rem 0.75rem;
  font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--edge); border-radius: 0.5rem }
button { width: 100%; padding: 0.6rem; font: inherit; color: #fff; background: var(--main); border: 0;
  border-radius: 0.5rem; cursor: pointer }
:focus-visible { outline: 2px solid var(--main); outline-offset: 2px }
[role=alert] { padding: 0.5rem 0.75rem; border-left: 4px solid #c2410c; background: var(--paper) }
nav { margin-top: 1rem; text-align: center } a { color: inherit }
</style></head><body><form method="post"><h1>ShelfLens</h1>$body
<nav><a href="?lang=$other$next" lang="$other">$other_name</a></nav></form></body></html>""")

FIELDS = Template("""$wrong<input type="hidden" name="next" value="$next">
<label>$name<input name="name" value="$said" maxlength="60" autocomplete="username"><small>$hint</small></label>
<label>$password<input name="password" type="password" required autofocus autocomplete="current-password"></label>
<button>$title</button>""")


def login_routes(settings: Settings) -> list[Route]:
    """GET and POST of /login and /logout; without a password they lead to the first page."""
    tries = Buckets(TRIES_PER_MINUTE)

    async def login(request: Request) -> Response:
        if not settings.password.get_secret_value():
            return RedirectResponse("/", 303)
        if request.method != "POST":
            return _form(request, _local(request.query_params.get("next", "")))
        return await _try(request, settings, tries)

    async def logout(request: Request) -> Response:
        if request.method == "POST":
            response = RedirectResponse("/login", 303)
            response.delete_cookie(COOKIE)
            return response
        return _page(request, LEAVE, f"<button>{LEAVE.in_lang(_lang(request))}</button>")

    return [Route("/login", login, methods=["GET", "POST"]), Route("/logout", logout, methods=["GET", "POST"])]


async def _try(request: Request, settings: Settings, tries: Buckets) -> Response:
    said = await _said(request)
    if said is None:
        return PlainTextResponse("This form holds more than a name and a password.", 413)
    goal, name = _local(said.get("next", "")), said.get("name", "")
    taken = tries.take(request.client.host if request.client else "")
    if not taken.ok:
        address = request.client.host if request.client else "?"
        return _form(
            request, goal, name=name, wrong=TooManyRequests(who=address, limit=taken.limit, seconds=taken.wait_s)
        )
    if not is_password(settings, said.get("password", "")):
        return _form(request, goal, name=name, wrong=WrongPassword())
    response = RedirectResponse(goal, 303)
    secure = request.url.scheme == "https"
    response.set_cookie(COOKIE, open_session(settings, name), LASTS_S, httponly=True, samesite="lax", secure=secure)
    return response


async def _said(request: Request) -> dict[str, str] | None:
    """The fields of the form, each once; None for what is no such form."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_FORM:
            return None
    return {key: values[0] for key, values in parse_qs(body.decode("utf-8", "replace")).items()}


def _local(goal: str) -> str:
    """A path on this server, whatever a link says: `//other.example` and `/\\other.example` lead elsewhere."""
    return goal if goal.startswith("/") and goal[1:2] not in ("/", "\\") and goal.isprintable() else "/"


def _form(request: Request, goal: str, *, name: str = "", wrong: Refusal | None = None) -> Response:
    lang = _lang(request)
    alert = f'<p role="alert">{escape(wrong.message.in_lang(lang))}</p>' if wrong else ""
    fields = FIELDS.substitute(
        wrong=alert, next=escape(goal), said=escape(name), name=NAME.in_lang(lang), hint=NAME_HINT.in_lang(lang),
        password=PASSWORD.in_lang(lang), title=TITLE.in_lang(lang),
    )  # fmt: skip
    return _page(request, TITLE, fields, wrong.status if wrong else 200, goal)


def _page(request: Request, title: Bilingual, body: str, status: int = 200, goal: str = "/") -> Response:
    lang = _lang(request)
    other, other_name = ("en", "English") if lang == "zh" else ("zh", "中文")
    page = PAGE.substitute(
        lang=lang, title=title.in_lang(lang), body=body, other=other, other_name=other_name,
        next=f"&amp;next={escape(quote(goal))}" if goal != "/" else "",
    )  # fmt: skip
    headers = {
        "cache-control": "no-store",
        "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none';"
        " frame-ancestors 'none'",
    }
    return HTMLResponse(page, status, headers)


def _lang(request: Request) -> str:
    asked = request.query_params.get("lang", "") or request.headers.get("accept-language", "")
    return "zh" if asked.lower().startswith("zh") else "en"
