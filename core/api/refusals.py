"""What only a request over HTTP can do wrong. Each class knows its status; core/api/problems.py tells it."""

from __future__ import annotations

from core.errors import ShelfLensError


class Refusal(ShelfLensError):
    """Base of these errors; `status` is the HTTP status that its answer has."""

    status = 400


class MalformedBody(Refusal):
    en = "The request's body cannot be read: {reason}. Send it again in the form that /api/docs shows for this address."
    zh = "无法读取请求正文：{reason}。请按 /api/docs 中该地址的格式重新发送。"


class KeyMissing(Refusal):
    status = 401
    en = "This API wants a key. Make one (Access page) and send it as 'Authorization: Bearer KEY'."
    zh = "此 API 需要密钥。请创建密钥（“访问”页），并以“Authorization: Bearer KEY”发送。"


class KeyUnknown(Refusal):
    status = 401
    en = "This key ({key}…) is not known here or was revoked. Use another one: python -m core keys add LABEL."
    zh = "此密钥（{key}…）未知或已被吊销。请换用其他密钥：python -m core keys add LABEL。"


class NotLoggedIn(Refusal):
    status = 401
    en = "Log in first: open {path} in a browser."
    zh = "请先登录：在浏览器中打开 {path}。"


class WrongPassword(Refusal):
    status = 403
    en = "That is not the password. It is the one that SHELFLENS_PASSWORD was set to when the server was started."
    zh = "密码不正确。密码为启动服务器时 SHELFLENS_PASSWORD 的值。"


class ScopeTooSmall(Refusal):
    status = 403
    en = "Key {key} is good for '{has}', and this request needs '{needs}'. Use a key of that scope."
    zh = "密钥 {key} 的权限为“{has}”，此请求需要“{needs}”。请使用具有该权限的密钥。"


class OpenToOthers(Refusal):
    status = 403
    en = (
        "ShelfLens would serve other machines ({address}) without asking who they are. Set SHELFLENS_PASSWORD, or, with"
        " a proxy in front that asks for a login, SHELFLENS_PROXY_LOGIN=true; or serve this machine only"
        " (--server.address localhost)."
    )
    zh = (
        "ShelfLens 将在没有任何身份验证的情况下向其他机器（{address}）提供服务。请设置 SHELFLENS_PASSWORD；"
        "若前面有要求登录的代理，请设置 SHELFLENS_PROXY_LOGIN=true；或仅服务本机（--server.address localhost）。"
    )


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


class TooSlow(Refusal):
    status = 408
    en = (
        "The request's body came too slowly: {received} bytes in {seconds:.0f} s. Send it again over a better line, or"
        " in smaller parts."
    )
    zh = "请求正文传输过慢：{seconds:.0f} 秒内仅收到 {received} 字节。请换用更好的网络重新发送，或分批发送。"


class NoSuchModel(Refusal):
    status = 404
    en = "There is no model '{model}' here; there are {offers}."
    zh = "没有模型“{model}”。可用：{offers}。"


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


class ReadingFailed(Refusal):
    status = 422
    en = "Item {item} could not be read: {reason}"
    zh = "条目 {item} 无法读取：{reason}"


class ReadingCancelled(Refusal):
    status = 409
    en = "The reading of item {item} was cancelled before it ended. Ask for it again."
    zh = "条目 {item} 的读取在完成前被取消。请重新请求。"


class JobEnded(Refusal):
    status = 409
    en = "Job {job} has ended already ({state}); there is nothing to cancel."
    zh = "任务 {job} 已结束（{state}），无需取消。"


class BadKey(Refusal):
    en = "The header Idempotency-Key takes 1 to {limit} printable characters, such as a UUID."
    zh = "Idempotency-Key 请求头须为 1 到 {limit} 个可打印字符，例如 UUID。"


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


class NoPicture(Refusal):
    status = 422
    en = "No message holds a picture. Add one: {{'type': 'image_url', 'image_url': {{'url': 'https://… or data:…'}}}}."
    zh = "消息中没有图片。请添加：{{'type': 'image_url', 'image_url': {{'url': 'https://… 或 data:…'}}}}。"


class NotSupported(Refusal):
    status = 422
    en = "'{what}' cannot be done here: answers are plain words about pictures. Leave it out."
    zh = "不支持“{what}”：此处只以纯文本回答有关图片的问题。请去掉该项。"


class NotAnswered(Refusal):
    status = 503
    en = "There is no answer: {reason}"
    zh = "未能回答：{reason}"


class TooManyRequests(Refusal):
    status = 429
    en = "{who} may send {limit} requests a minute and has sent more. Wait {seconds} s."
    zh = "{who} 每分钟最多可发送 {limit} 次请求，现已超出。请等待 {seconds} 秒。"


class Broken(Refusal):
    status = 500
    en = "The server failed on this request; nothing is known to be lost. Its log has the reason under {reference}."
    zh = "服务器处理该请求时出错，未发现数据丢失。原因见服务器日志，编号 {reference}。"
