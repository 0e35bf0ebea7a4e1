"""Photos in a request: as files of a form, as addresses, or as base64 in JSON. All of them become uploads."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from core.api.media import FORM, JSON
from core.api.refusals import BadBase64, MalformedBody
from core.errors import ShelfLensError
from core.incoming.fetch import fetch_image
from core.incoming.intake import Outcome, State, Upload
from core.settings import Settings
from core.types import Bilingual

MOST_IMAGES = 100
"""Of one JSON body; a form may hold a ZIP of thousands."""

M = TypeVar("M", bound=BaseModel)


class ImageSource(BaseModel):
    """One photo: the address to fetch it from, or its bytes."""

    model_config = ConfigDict(extra="forbid")

    url: str | None = Field(None, max_length=4000, description="A public http(s) address.")
    base64: str | None = Field(None, description="The file's bytes, also as a data: URL.")
    name: str = Field("", max_length=200, description="File name to show; for an address its own by default.")

    @model_validator(mode="after")
    def _one_of_both(self) -> ImageSource:
        if (self.url is None) == (self.base64 is None):
            raise ValueError("give either url or base64")
        return self


async def read_form(request: Request, shape: type[M]) -> tuple[M, list[UploadFile]]:
    """The files of a form under `files` (or `file`), and its other fields as `shape`. Raises what the API tells."""
    form = await request.form(max_files=10_000)
    files = [part for name in ("files", "file") for part in form.getlist(name) if isinstance(part, UploadFile)]
    if not files:
        raise MalformedBody(reason=Bilingual(en="the form has no file under `files`", zh="表单中没有名为 files 的文件"))
    return validated(shape, _texts(form)), files


def _texts(form: FormData) -> dict[str, Any]:
    return {name: value for name, value in form.items() if name not in ("files", "file")}


async def read_json(request: Request, shape: type[M]) -> M:
    """The JSON body as `shape`. Raises what the API tells."""
    try:
        data = await request.json()
    except UnicodeDecodeError as err:
        reason = Bilingual(
            en=f"it is not valid UTF-8 (byte {err.start})", zh=f"不是有效的 UTF-8（第 {err.start} 字节）"
        )
        raise MalformedBody(reason=reason) from err
    except (ValueError, RecursionError) as err:
        reason = Bilingual(en=f"it is not valid JSON ({err})", zh=f"不是有效的 JSON（{err}）")
        raise MalformedBody(reason=reason) from err
    return validated(shape, data)


def validated(shape: type[M], data: Any) -> M:
    """`data` as `shape`; raises the error that wrong values of declared bodies raise."""
    try:
        return shape.model_validate(data)
    except ValidationError as err:
        entries = [{**entry, "loc": ("body", *entry["loc"])} for entry in err.errors(include_url=False)]
        raise RequestValidationError(entries) from err


def load_source(source: ImageSource, settings: Settings) -> Upload:
    """The photo that a source means, fetched if it is an address. Raises BadBase64 and what fetching raises."""
    if source.url is not None:
        fetched = fetch_image(source.url, settings)
        return Upload(source.name or fetched.name, fetched.data, fetched.final_url)
    return Upload(source.name or "image", decode_base64(source.base64 or "", source.name or "image"))


def decode_base64(text: str, name: str) -> bytes:
    """The bytes behind base64, with or without the head of a data: URL (RFC 2397). Raises BadBase64."""
    if text.startswith("data:"):
        head, _, text = text.partition(",")
        if not head.endswith(";base64"):
            raise BadBase64(name=name, reason=Bilingual(en="the data: URL is not base64", zh="data: URL 并非 base64"))
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as err:
        raise BadBase64(name=name, reason=str(err)) from err


def load_sources(sources: Iterable[ImageSource], settings: Settings) -> Iterator[Upload | Outcome]:
    """Each source as an upload, or as a refused outcome: one bad address never takes the others with it."""
    for source in sources:
        try:
            yield load_source(source, settings)
        except ShelfLensError as err:
            yield Outcome(name=source.name or source.url or "image", state=State.REFUSED, message=err.message)


def body_of(form_shape: type[BaseModel], json_shape: type[BaseModel], example: Any, *, single: bool = False) -> Any:
    """The OpenAPI description of a body that comes as a form with files or as JSON, for `openapi_extra`."""
    fields = form_shape.model_json_schema(ref_template="#/components/schemas/{model}")
    fields.pop("$defs", None)
    one = {"type": "string", "format": "binary"}
    files = {"file": one} if single else {"files": {"type": "array", "items": one, "minItems": 1}}
    form = {**fields, "properties": {**files, **fields["properties"]}, "required": list(files)}
    reference = {"$ref": f"#/components/schemas/{json_shape.__name__}"}
    return {
        "requestBody": {
            "required": True,
            "content": {FORM: {"schema": form}, JSON: {"schema": reference, "example": example}},
        }
    }
