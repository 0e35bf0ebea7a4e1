"""Files that appear whole or not at all, and what to tell people where the disk stands in the way."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from pathlib import Path

from core.errors import ShelfLensError, StorageDenied, StorageFull
from core.types import Bilingual

NO_PERMISSION = Bilingual(en="it may not be written", zh="没有写入权限")

FILE_REASONS = {
    errno.EACCES: NO_PERMISSION,
    errno.EPERM: NO_PERMISSION,
    errno.EROFS: Bilingual(en="the disk is read-only", zh="磁盘为只读"),
    errno.ENOENT: Bilingual(en="the folder does not exist", zh="目录不存在"),
    errno.ENOTDIR: Bilingual(en="a file stands where a folder should be", zh="路径中有文件而非目录"),
    errno.EEXIST: Bilingual(en="a file stands where a folder should be", zh="路径中有文件而非目录"),
}


def write_whole(path: Path, data: bytes, *, suffix: str = ".part") -> None:
    """Writes a file under a temporary name that ends in `suffix`, makes sure it is on disk, and renames it.

    Raises OSError and leaves nothing behind where that fails; `file_error` says it plainly.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=suffix)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise


def file_error(err: OSError, name: str, folder: Path) -> ShelfLensError:
    """The error to show where the file `name` could not be written in `folder`."""
    if err.errno in (errno.ENOSPC, errno.EDQUOT):
        return StorageFull(name=name, folder=folder)
    words = err.strerror or str(err)
    return StorageDenied(
        name=name, reason=FILE_REASONS.get(err.errno or 0, Bilingual(en=words, zh=words)), folder=folder
    )
