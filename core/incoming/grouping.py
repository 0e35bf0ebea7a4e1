"""Which files of an upload show the same product, by their names."""

from __future__ import annotations

import re
from pathlib import Path

_VIEWS_EN = "front|back|side|left|right|top|bottom|label|nutrition|ingredients|barcode|detail"
_VIEWS_ZH = "正面|背面|侧面|左侧|右侧|顶部|底部|标签|营养成分|配料|条码|细节"
_VIEW_END = re.compile(rf"(?:[ _\-.·]+(?:{_VIEWS_EN})|[ _\-.·]*(?:{_VIEWS_ZH}))[ _-]?\d*$", re.IGNORECASE)
_VIEW = re.compile(rf"(?:{_VIEWS_EN}|{_VIEWS_ZH})[ _-]?\d*", re.IGNORECASE)
_NUMBER_END = re.compile(r"(?:[ _-]\d{1,2}|\s*[(（]\d{1,2}[)）])$")
_CAMERA = re.compile(
    r"(?:img|dsc[nf]?|p|pxl|photo|image|mvimg|wechat|screenshot|微信图片|截图|图片|照片)[ _-]?\d*", re.IGNORECASE
)
"""What cameras, phones and messengers call every photo: such a name says nothing about the product."""


def stem_of(name: str) -> str:
    """What a file name says about the product: folded, without suffix, view word or running number.

    "Milk_front.jpg" and "milk_back 2.png" -> "milk"; "IMG_01.jpg" -> "img_01", a stem of its own.
    """
    whole = Path(name).stem.strip()
    stem = _VIEW_END.sub("", whole)
    if stem == whole:
        stem = _NUMBER_END.sub("", whole)
    stem = stem.strip(" _-.·")
    return (whole if not stem or _CAMERA.fullmatch(stem) else stem).casefold()


def group_of(path: str) -> str:
    """What a file's path, within the folder or ZIP it came in, says about the product: folder and stem.

    "a/milk_front.jpg" and "b/milk_back.jpg" stay apart. A name that tells nothing but the view leaves
    it to the folder, and a folder so named tells nothing: "milk/front.jpg", "milk/back.jpg" -> "milk";
    "front/milk.jpg", "back/milk.jpg" -> "milk".
    """
    *folders, name = path.replace("\\", "/").split("/")
    telling = [folder.casefold() for folder in folders if folder.strip(". ") and not _VIEW.fullmatch(folder)]
    stem = stem_of(name)
    if telling and _VIEW.fullmatch(stem):
        return "/".join(telling)
    return "/".join([*telling, stem])
