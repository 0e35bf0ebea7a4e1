"""Engines that break on a photo or a question, and the server of the engine `remote`."""

from __future__ import annotations

from core.errors.base import ShelfLensError


class QuestionTooLong(ShelfLensError):
    en = (
        "Question, photos and answer would take {tokens} tokens; the model takes {limit}. Shorten the question, ask"
        " about fewer photos, or allow a shorter answer."
    )
    zh = "问题、图片与回答共需 {tokens} 个 token，模型上限为 {limit}。请缩短问题、减少图片，或调低回答长度。"


class NeedsModel(ShelfLensError):
    en = (
        "The embedded reader finds printed words, fields and barcodes; it cannot judge, describe or explain. This"
        " question needs the vision-language model: fetch it (python -m core models pull, or the Engines page)."
        " Or ask for all text, for a field (ingredients?), or for a word (does it contain peanut?)."
    )
    zh = (
        "内置读取器只能查找印刷的文字、字段和条码，不能判断、描述或解释。此问题需要视觉语言模型："
        "请下载模型（python -m core models pull，或在“引擎”页操作）。"
        "也可以改问：全部文字、某个字段（如“配料是什么？”），或是否印有某个词（如“含花生吗？”）。"
    )


class EngineFailed(ShelfLensError):
    en = "Engine '{engine}' failed on {name}: {reason}. Read it again; if it fails again, type the fields by hand."
    zh = "引擎“{engine}”读取 {name} 失败：{reason}。请重新读取；若仍失败，可手动填写。"


class UnusableAnswer(EngineFailed):
    en = (
        "Engine '{engine}' answered with none of the fields that were asked for: {excerpt}. Read the photo again; if"
        " it comes again, choose another engine."
    )
    zh = "引擎“{engine}”的回答中没有任何所需字段：{excerpt}。请重新读取；若仍如此，请改用其他引擎。"


class AnswerCut(EngineFailed):
    en = "The answer of engine '{engine}' broke off on the way ({reason}). Ask again."
    zh = "引擎“{engine}”的回答中途断开（{reason}）。请重试。"


class RemoteUnreachable(EngineFailed):
    en = "The model server {url} cannot be reached ({reason}). Start it, or correct SHELFLENS_REMOTE_URL."
    zh = "无法连接模型服务器 {url}（{reason}）。请启动该服务器，或更正 SHELFLENS_REMOTE_URL。"


class RemoteDenied(EngineFailed):
    en = "The model server {url} refused the key (HTTP {status}: {reason}). Correct SHELFLENS_REMOTE_KEY."
    zh = "模型服务器 {url} 拒绝了密钥（HTTP {status}：{reason}）。请更正 SHELFLENS_REMOTE_KEY。"


class RemoteModelUnknown(EngineFailed):
    en = (
        "The model server {url} has no model '{model}'; it offers {offers}. Set SHELFLENS_REMOTE_MODEL to one of these."
    )
    zh = "模型服务器 {url} 没有模型“{model}”。可用：{offers}。请将 SHELFLENS_REMOTE_MODEL 设为其中之一。"


class RemoteRefused(EngineFailed):
    en = (
        "The model server {url} does not accept the request ({reason}). Correct what it names: the model"
        " (SHELFLENS_REMOTE_MODEL), the size of pictures (SHELFLENS_REMOTE_PICTURE_PX) or a question that is too long."
    )
    zh = (
        "模型服务器 {url} 不接受该请求（{reason}）。请按其提示更正：模型（SHELFLENS_REMOTE_MODEL）、"
        "图片尺寸（SHELFLENS_REMOTE_PICTURE_PX）或过长的问题。"
    )


class RemoteBusy(EngineFailed):
    en = "The model server {url} is busy and stays so. Lower SHELFLENS_REMOTE_CONCURRENCY, or try again later."
    zh = "模型服务器 {url} 持续繁忙。请降低 SHELFLENS_REMOTE_CONCURRENCY，或稍后重试。"


class RemoteBroken(EngineFailed):
    en = "The model server {url} answered with {reason}. See that server's log, then try again."
    zh = "模型服务器 {url} 的响应无法使用：{reason}。请查看该服务器的日志后重试。"


class RemoteTimeout(EngineFailed):
    en = "The model server {url} gave no whole answer within {seconds} s. Raise SHELFLENS_REMOTE_TIMEOUT_S, or free it."
    zh = "模型服务器 {url} 未在 {seconds} 秒内完成回答。请调高 SHELFLENS_REMOTE_TIMEOUT_S，或减轻其负载。"


class RemoteResting(EngineFailed):
    en = "The model server {url} failed several times in a row; it is asked again in {seconds} s."
    zh = "模型服务器 {url} 连续多次失败，将在 {seconds} 秒后重试。"
