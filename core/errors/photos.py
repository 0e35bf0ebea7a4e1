"""What keeps a photo from coming in: its bytes, its archive, its address; raised before anything is stored."""

from __future__ import annotations

from core.errors.base import BadInput


class EmptyFile(BadInput):
    en = "{name} is empty (0 bytes). Export or copy it again, then upload the new file."
    zh = "{name} 是空文件（0 字节）。请重新导出或复制后再上传。"


class NotAnImage(BadInput):
    en = "{name} is not an image ShelfLens can read ({found}). Use JPEG, PNG, WebP, GIF, BMP or TIFF."
    zh = "{name} 不是可识别的图片（{found}）。请使用 JPEG、PNG、WebP、GIF、BMP 或 TIFF。"


class BrokenImage(BadInput):
    en = "{name} is damaged and cannot be read to its end ({reason}). Copy it again from the camera or supplier."
    zh = "{name} 已损坏，无法完整读取（{reason}）。请从相机或供应商处重新获取。"


class ImageTooLarge(BadInput):
    en = "{name} is {width} × {height} pixels; the limit is {limit_mp} megapixels. Scale it down and upload it again."
    zh = "{name} 有 {width} × {height} 像素，上限为 {limit_mp}00 万像素。请缩小后重新上传。"


class FileTooLarge(BadInput):
    en = "{name} is {size_mb:.1f} MB; the limit is {limit_mb} MB. Save it as JPEG or scale it down."
    zh = "{name} 为 {size_mb:.1f} MB，上限 {limit_mb} MB。请另存为 JPEG 或缩小尺寸。"


class BadArchive(BadInput):
    en = "{name} is not a ZIP file that can be opened ({reason}). Pack the photos again as a plain ZIP."
    zh = "{name} 不是可打开的 ZIP 文件（{reason}）。请重新打包为普通 ZIP。"


class NestedArchive(BadInput):
    en = "{name} is an archive inside the archive; it was left out. Unpack it and upload its photos."
    zh = "{name} 是压缩包中的压缩包，已跳过。请解压后上传其中的照片。"


class EncryptedEntry(BadInput):
    en = "{name} is locked with a password inside the archive; it was left out. Unpack it and upload the photo."
    zh = "{name} 在压缩包中被密码保护，已跳过。请解压后上传照片。"


class ArchiveTooLarge(BadInput):
    en = "{name} holds {found}, the limit is {limit}. Split it into smaller ZIP files."
    zh = "{name} 包含 {found}，上限为 {limit}。请拆分成更小的 ZIP。"


class BadUrl(BadInput):
    en = "{url} is not an address of an image. Paste a full http(s) address, one per line."
    zh = "{url} 不是图片地址。请粘贴完整的 http(s) 地址，每行一个。"


class ForbiddenAddress(BadInput):
    en = "{url} leads to a private or local address ({address}); ShelfLens does not fetch those. Upload the file."
    zh = "{url} 指向内网或本机地址（{address}），ShelfLens 不会抓取。请直接上传文件。"


class WebhookForbidden(ForbiddenAddress):
    en = (
        "{url} leads to a private or local address ({address}), where nothing is sent. Name its host in"
        " SHELFLENS_WEBHOOK_ALLOW if that is what you want, and start the server again."
    )
    zh = (
        "{url} 指向内网或本机地址（{address}），不会向其发送。若确需发送，请将主机名加入 SHELFLENS_WEBHOOK_ALLOW "
        "并重启服务器。"
    )


class PathNotAllowed(BadInput):
    en = (
        "'{path}' is no picture that may be read: no address, no base64, and no file in a folder that"
        " SHELFLENS_IMAGE_FOLDERS names. Send the picture itself, or set that to the folder and start the server again."
    )
    zh = (
        "“{path}”不是可读取的图片：既不是网址或 base64，也不是 SHELFLENS_IMAGE_FOLDERS 所列目录中的文件。"
        "请直接发送图片，或将该设置设为图片所在目录后重启服务器。"
    )


class FetchFailed(BadInput):
    en = "{url} could not be fetched: {reason}. Check the address, or download the image and upload it."
    zh = "无法抓取 {url}：{reason}。请检查地址，或下载图片后上传。"
