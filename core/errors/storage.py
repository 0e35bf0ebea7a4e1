"""What the disk and the database refuse."""

from __future__ import annotations

from core.errors.base import ShelfLensError


class StorageFull(ShelfLensError):
    en = "{name} could not be stored: the disk is full (folder {folder}). Free some space, then try again."
    zh = "{name} 无法保存：磁盘已满（目录 {folder}）。请释放空间后重试，其他数据不受影响。"


class StorageDenied(ShelfLensError):
    en = (
        "{name} could not be stored: {reason} (folder {folder}). Make that folder writable, or choose another one"
        " (SHELFLENS_DATA names that of the data)."
    )
    zh = "{name} 无法保存：{reason}（目录 {folder}）。请将该目录设为可写，或改用其他目录（SHELFLENS_DATA）。"


class DatabaseDamaged(ShelfLensError):
    en = "The database {name} is damaged (folder {folder}). Put a copy of it back; the photos beside it are unharmed."
    zh = "数据库 {name} 已损坏（目录 {folder}）。请用备份恢复；旁边保存的照片不受影响。"
