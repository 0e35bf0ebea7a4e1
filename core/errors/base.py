"""What every error has in common, and the kinds that are raised anywhere."""

from __future__ import annotations

from typing import Any

from core.types import Bilingual


def _in_lang(values: dict[str, Any], lang: str) -> dict[str, Any]:
    return {key: value.in_lang(lang) if isinstance(value, Bilingual) else value for key, value in values.items()}


class ShelfLensError(Exception):
    """Base of every error meant for a person. `str(err)` is English; `err.message` has both.

    A value of the sentence may itself be Bilingual, such as a reason.
    """

    en = "Something went wrong with {what}."
    zh = "{what} 出错了。"

    def __init__(self, **values: Any) -> None:
        self.values = values
        self.message = Bilingual(
            en=self.en.format(**_in_lang(values, "en")), zh=self.zh.format(**_in_lang(values, "zh"))
        )
        super().__init__(self.message.en)

    @property
    def code(self) -> str:
        """The class name: stable, for logs and API clients."""
        return type(self).__name__


class BadInput(ShelfLensError):
    pass


class NotFound(ShelfLensError):
    en = "{what} '{key}' does not exist. {hint}"
    zh = "{what} “{key}” 不存在。{hint}"


class UsageError(ShelfLensError):
    en = "{en}"
    zh = "{zh}"

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en=en, zh=zh)


class BadSetting(ShelfLensError):
    en = "{name} is set to '{value}', which cannot be used ({reason}). Correct or unset it, then start again."
    zh = "{name} 的值“{value}”无法使用（{reason}）。请更正或取消该设置后重新启动。"
