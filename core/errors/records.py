"""What cannot be done to a record or an item, by a person or by a program."""

from __future__ import annotations

from core.errors.base import ShelfLensError


class NothingToSplit(ShelfLensError):
    en = "Item {item} was not split: choose at least one of its photos, but not all of them."
    zh = "条目 {item} 未拆分：请至少选择一张照片，但不要全选。"


class NotRead(ShelfLensError):
    en = "Item {item} has not been read, so there is nothing to accept. Wait for its reading, or open it in Review."
    zh = "条目 {item} 尚未读取，没有可接受的内容。请等待读取完成，或在“审核”页打开。"


class StillRead(ShelfLensError):
    en = "Item {item} is being read at this moment; its reading was told to stop. Try again in a few seconds."
    zh = "条目 {item} 正在读取，已通知停止。请几秒后重试。"


class Conflict(ShelfLensError):
    en = "Record {item} was changed by {who} in the meantime. Load it again and compare before you save."
    zh = "记录 {item} 已被 {who} 修改。请重新载入并比对后再保存。"


class NothingRead(ShelfLensError):
    en = "Nothing was read there for '{field}'. Draw the box round the whole words, or type them."
    zh = "该处未读到“{field}”的内容。请框住完整文字，或直接输入。"


class TextTooLong(ShelfLensError):
    en = "{field}: the text has {length:,} characters, at most {most:,} are kept. Nothing was saved; shorten it first."
    zh = "“{field}”的文本有 {length:,} 个字符，最多保留 {most:,} 个。尚未保存，请先缩短。"
