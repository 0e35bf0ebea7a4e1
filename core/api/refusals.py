"""What only a request over HTTP can do wrong. Each class knows its status; core/api/problems.py tells it."""

from __future__ import annotations

from core.errors import ShelfLensError


class Refusal(ShelfLensError):
    """Base of these errors; `status` is the HTTP status that its answer has."""

    status = 400


class MalformedBody(Refusal):
    en = "The request's body cannot be read: {reason}. Send it again in the form that /api/docs shows for this address."
    zh = "无法读取请求正文：{reason}。请按 /api/docs 中该地址的格式重新发送。"


class ForeignOrigin(Refusal):
    status = 403
    en = "Requests from pages of another web site ({origin}) are refused. Send it from a program, or from this server."
    zh = "拒绝来自其他网站页面（{origin}）的请求。请由程序发送，或在本服务器的页面中操作。"


class NoSuchAddress(Refusal):
    status = 404
    en = "There is nothing at {path}. /api/docs lists the addresses of this API."
    zh = "{path} 不存在。/api/docs 列出了全部地址。"


class MethodNotAllowed(Refusal):
    status = 405
    en = "{path} does not take {method}; it takes {allowed}."
    zh = "{path} 不支持 {method}，仅支持 {allowed}。"


class NotAcceptable(Refusal):
    status = 406
    en = "{path} answers with {offers}, and the header Accept wants none of these."
    zh = "{path} 只返回 {offers}，与请求头 Accept 不符。"


class TooSlow(Refusal):
    status = 408
    en = (
        "The request's body came too slowly: {received} bytes in {seconds:.0f} s. Send it again over a better line, or"
        " in smaller parts."
    )
    zh = "请求正文传输过慢：{seconds:.0f} 秒内仅收到 {received} 字节。请换用更好的网络重新发送，或分批发送。"


class InFlight(Refusal):
    status = 409
    en = "A request with the Idempotency-Key '{key}' is being worked on. Wait for its answer, then ask again."
    zh = "使用 Idempotency-Key“{key}”的请求正在处理。请等待其完成后再试。"


class BodyTooLarge(Refusal):
    status = 413
    en = "The request's body is larger than {limit_mb} MB, the limit for {what}. Send less at once."
    zh = "请求正文超过 {limit_mb} MB（{what}的上限）。请减少单次发送的内容。"


class WrongMediaType(Refusal):
    status = 415
    en = "{path} does not take a body of type '{found}'; it takes {wanted}. Set the header Content-Type."
    zh = "{path} 不接受类型为“{found}”的正文，仅接受 {wanted}。请设置 Content-Type 请求头。"


class InvalidValues(Refusal):
    status = 422
    en = "{count} of the values sent cannot be used: {first}. `errors` names each one."
    zh = "有 {count} 个值无法使用：{first}。详见 errors。"


class BadCursor(Refusal):
    status = 422
    en = "The cursor '{cursor}' is none of this list. Take `next` of the page before, or leave it out to begin."
    zh = "游标“{cursor}”无效。请使用上一页返回的 next，或不带游标从头开始。"


class BadBase64(Refusal):
    status = 422
    en = "{name} is not valid base64 ({reason}). Encode the bytes of the file, with or without `data:…;base64,` before."
    zh = "{name} 不是有效的 base64（{reason}）。请对文件内容编码，前面可带 data:…;base64,。"


class AlreadyThere(Refusal):
    status = 409
    en = "All of these pictures are in item {item} already; nothing was added. Work with that one, or split it."
    zh = "这些图片都已在条目 {item} 中，未添加任何内容。请使用该条目，或将其拆分。"


class JobEnded(Refusal):
    status = 409
    en = "Job {job} has ended already ({state}); there is nothing to cancel."
    zh = "任务 {job} 已结束（{state}），无需取消。"


class KeyReused(Refusal):
    status = 422
    en = "The Idempotency-Key '{key}' was used for another request. Take a new key for a new request."
    zh = "Idempotency-Key“{key}”已用于另一个请求。新请求请使用新的键。"


class VersionMissing(Refusal):
    status = 428
    en = (
        "Say which version of record {item} you have seen, so that nobody's change is lost: `version` in the body, or"
        " the header If-Match with the ETag of GET /api/v1/records/{item}."
    )
    zh = (
        "请说明您看到的是记录 {item} 的哪个版本，以免覆盖他人的修改：在正文中给出 version，"
        "或在 If-Match 请求头中给出 GET /api/v1/records/{item} 返回的 ETag。"
    )


class Broken(Refusal):
    status = 500
    en = "The server failed on this request; nothing is known to be lost. Its log has the reason under {reference}."
    zh = "服务器处理该请求时出错，未发现数据丢失。原因见服务器日志，编号 {reference}。"
