"""What pydantic says of a wrong value, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.types import Bilingual

WORDS = {
    "missing": ("it is missing", "缺少该值"),
    "extra_forbidden": ("it is not known here", "未知的名称"),
    "json_invalid": ("it is not valid JSON ({error})", "不是有效的 JSON（{error}）"),
    "model_attributes_type": ("it has to be a JSON object", "应为 JSON 对象"),
    "dict_type": ("it has to be a JSON object", "应为 JSON 对象"),
    "list_type": ("it has to be a list", "应为列表"),
    "string_type": ("it has to be text", "应为文本"),
    "string_too_long": ("it has more than {max_length} characters", "超过 {max_length} 个字符"),
    "string_too_short": ("it has fewer than {min_length} characters", "少于 {min_length} 个字符"),
    "string_pattern_mismatch": ("it does not have the form {pattern}", "不符合格式 {pattern}"),
    "string_unicode": ("it is not valid Unicode", "不是有效的 Unicode 文本"),
    "too_long": ("it has more than {max_length} entries", "超过 {max_length} 项"),
    "too_short": ("it has fewer than {min_length} entries", "少于 {min_length} 项"),
    "int_type": ("it has to be a whole number", "应为整数"),
    "int_parsing": ("it has to be a whole number", "应为整数"),
    "int_parsing_size": ("it is too large a number", "数字过大"),
    "int_from_float": ("it has to be a whole number", "应为整数"),
    "float_type": ("it has to be a number", "应为数字"),
    "float_parsing": ("it has to be a number", "应为数字"),
    "finite_number": ("it has to be a finite number", "应为有限的数字"),
    "bool_type": ("it has to be true or false", "应为 true 或 false"),
    "bool_parsing": ("it has to be true or false", "应为 true 或 false"),
    "greater_than": ("it has to be above {gt}", "应大于 {gt}"),
    "greater_than_equal": ("it has to be {ge} or more", "不得小于 {ge}"),
    "less_than": ("it has to be below {lt}", "应小于 {lt}"),
    "less_than_equal": ("it has to be {le} or less", "不得大于 {le}"),
    "literal_error": ("it has to be {expected}", "应为 {expected}"),
    "enum": ("it has to be {expected}", "应为 {expected}"),
    "date_from_datetime_parsing": ("it has to be a date such as 2026-05-31", "应为日期，例如 2026-05-31"),
    "date_parsing": ("it has to be a date such as 2026-05-31", "应为日期，例如 2026-05-31"),
}
"""pydantic's type of error -> (en, zh). The holes are filled from what pydantic says of the limit."""


def reason_of(entry: Mapping[str, Any]) -> Bilingual:
    """What is wrong with one value; in pydantic's own English where its kind of error has no words here."""
    said = str(entry["msg"])
    en, zh = WORDS.get(entry["type"], (said, said))
    try:
        context = entry.get("ctx", {})
        return Bilingual(en=en.format(**context), zh=zh.format(**context))
    except (KeyError, IndexError, ValueError):  # another version of pydantic names its limits otherwise
        return Bilingual(en=said, zh=said)
