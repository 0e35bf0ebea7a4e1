"""What stands in the way of an answer: a session that is gone, a wrong name, a shutdown, no Chromium for a PDF."""

from __future__ import annotations

from core.errors.base import ShelfLensError


class SeatGone(ShelfLensError):
    en = "This page has lost its session, for the server was started again. Load it again; what you typed is kept."
    zh = "服务器已重新启动，此页面的会话已失效。请重新载入页面，已输入的内容会保留。"


class UnknownHost(ShelfLensError):
    en = (
        "This ShelfLens does not answer to the name '{name}'. Open it as http://localhost with its port, or add the"
        " name to SHELFLENS_HOSTS and start it again."
    )
    zh = (
        "此 ShelfLens 不接受名称“{name}”的访问。请用 http://localhost 加端口打开，"
        "或将该名称加入 SHELFLENS_HOSTS 后重新启动。"
    )


class ServerStopping(ShelfLensError):
    en = "The server is stopping. {stored} of the photos were stored and stay; send the others when it runs again."
    zh = "服务器正在停止。已保存 {stored} 张照片，不会丢失；其余照片请在服务器重新运行后再发送。"


class PdfUnavailable(ShelfLensError):
    en = (
        "A PDF needs Chromium or Chrome on this machine, and none was found ({names}). Install it or name it in "
        "SHELFLENS_CHROMIUM; the HTML report needs neither, and any browser prints it."
    )
    zh = (
        "生成 PDF 需要本机安装 Chromium 或 Chrome，但未找到（{names}）。请安装，或用 SHELFLENS_CHROMIUM 指定；"
        "HTML 报告无需安装，可用任意浏览器打印。"
    )


class PdfFailed(ShelfLensError):
    en = "Chromium made no PDF of the report ({reason}). Try again, or open the HTML report and print it from there."
    zh = "Chromium 未能生成报告 PDF（{reason}）。请重试，或打开 HTML 报告后打印。"
