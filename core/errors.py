"""Everything that can go wrong and be said plainly.

Each class carries one sentence in English and one in Chinese that answer: what happened, to
which object, what to do now.

    ShelfLensError
    ├── BadInput                   the user's file, URL or value can't be used; nothing is stored
    │   ├── EmptyFile
    │   ├── NotAnImage
    │   ├── BrokenImage
    │   ├── ImageTooLarge          too many pixels (declared or real)
    │   ├── FileTooLarge           too many bytes
    │   ├── BadArchive
    │   ├── NestedArchive
    │   ├── EncryptedEntry
    │   ├── ArchiveTooLarge        too many files, or a bomb
    │   ├── BadUrl
    │   ├── ForbiddenAddress       a URL that leads into a private network
    │   │   └── WebhookForbidden   … where a webhook was to lead
    │   ├── PathNotAllowed         a path outside the folders that the settings allow, or none at all
    │   └── FetchFailed
    ├── NotFound                   an item, photo, engine, field … that does not exist
    ├── NothingToSplit         a split that names none or all photos of an item
    ├── NotRead                    a verdict on an item whose photos have not been read yet
    ├── StillRead                  deleting for good what a worker is reading at this moment
    ├── Conflict                   somebody else changed the record in the meantime
    ├── NothingRead                a part of a photo that holds no print
    ├── TextTooLong                more characters than one value may have
    ├── UsageError                 a wrong argument of a command or an API call
    ├── BadSetting                 a SHELFLENS_* variable that cannot be used
    ├── SeatGone                   a browser's request beside a session that is no more
    ├── UnknownHost                a request by a name that this server does not answer to
    ├── ServerStopping             the server was told to end in the middle of an upload
    ├── StorageFull                no space is left
    ├── StorageDenied              the folder or the database cannot be written for any other reason
    ├── DatabaseDamaged
    ├── BadWeights                 a folder of model weights that cannot be used
    │   ├── WeightsFolderMissing
    │   ├── NoWeights
    │   ├── WeightsIncomplete      half-downloaded or half-copied
    │   ├── WrongArchitecture
    │   ├── PickledWeights         could run code: refused, never opened
    │   ├── RemoteCode             asks to run code: refused
    │   ├── CorruptWeights
    │   ├── AdapterNotHere         no adapter in the folder named
    │   ├── AdapterUnsupported     changes weights in a way that is not understood here
    │   ├── AdapterForOtherBase
    │   └── AdapterNeedsWeights    only a prepared form of its base is here
    ├── ModelNotHere               no usable weights on this machine
    ├── ModelBusy                  another process fetches, prepares, checks or removes it
    ├── NotEnoughDisk
    ├── NotEnoughMemory
    ├── PullFailed                 the hub or the way to it
    ├── WrongHash                  a fetched file is not the one it should be
    ├── ExportEnvFailed            the environment of `models prepare`
    ├── PrepareFailed
    ├── DataSetFolderTaken         something is in the folder of a new data set
    ├── NothingToLearn             no verified record, or none that can be learned from
    ├── NoRoomForDataSet
    ├── BadDataSet                 a folder that is no data set, or not as it was written
    ├── TrainingNeeds              a package that only training needs
    ├── TrainingFolderTaken        the folder holds another run, or something else
    ├── TrainingFailed
    ├── NotThroughGate             an adapter that was never compared
    ├── NotPassed                  the comparison speaks against it
    ├── GateStale                  something has changed since the comparison
    ├── NothingToRollBack
    ├── QuestionTooLong            more than the model takes at once
    ├── PdfUnavailable             no Chromium that could print a report
    ├── PdfFailed                  Chromium gave none
    ├── NeedsModel                 a question that takes more than finding printed words
    └── EngineFailed               a reader or engine broke on one photo
        ├── UnusableAnswer         a model's words hold none of the fields
        ├── AnswerCut              a model's words broke off on the way
        ├── RemoteUnreachable      the server of engine `remote` …
        ├── RemoteDenied           … wants another key
        ├── RemoteModelUnknown     … does not have the model
        ├── RemoteRefused          … calls the request a bad one
        ├── RemoteBusy             … has no time
        ├── RemoteBroken           … answers in a way that cannot be used
        ├── RemoteTimeout          … takes too long
        └── RemoteResting          … failed often, and is left alone for a while
"""

from __future__ import annotations

from typing import Any

from core.types import Bilingual


def _in_lang(values: dict[str, Any], lang: str) -> dict[str, Any]:
    return {key: value.in_lang(lang) if isinstance(value, Bilingual) else value for key, value in values.items()}


class ShelfLensError(Exception):
    """Base of every error meant for a person. `str(err)` is English; `err.message` has both.

    A value of the sentence may itself be Bilingual, such as a reason.
    """

    en = "Something went wrong with {what}."
    zh = "{what} 出错了。"

    def __init__(self, **values: Any) -> None:
        self.values = values
        self.message = Bilingual(
            en=self.en.format(**_in_lang(values, "en")), zh=self.zh.format(**_in_lang(values, "zh"))
        )
        super().__init__(self.message.en)

    @property
    def code(self) -> str:
        """The class name: stable, for logs and API clients."""
        return type(self).__name__


class BadInput(ShelfLensError):
    pass


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


class NotFound(ShelfLensError):
    en = "{what} '{key}' does not exist. {hint}"
    zh = "{what} “{key}” 不存在。{hint}"


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


class UsageError(ShelfLensError):
    en = "{en}"
    zh = "{zh}"

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en=en, zh=zh)


class BadSetting(ShelfLensError):
    en = "{name} is set to '{value}', which cannot be used ({reason}). Correct or unset it, then start again."
    zh = "{name} 的值“{value}”无法使用（{reason}）。请更正或取消该设置后重新启动。"


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


class BadWeights(ShelfLensError):
    pass


class WeightsFolderMissing(BadWeights):
    en = "The folder of weights {folder} does not exist. Correct its name, or fetch the model: models pull."
    zh = "模型目录 {folder} 不存在。请更正路径，或下载模型：models pull。"


class NoWeights(BadWeights):
    en = "{folder} holds no weights (no .safetensors file). Name the folder of a checkpoint, or run: models pull."
    zh = "{folder} 中没有模型权重（没有 .safetensors 文件）。请指定检查点所在目录，或运行 models pull。"


class WeightsIncomplete(BadWeights):
    en = "The weights in {folder} are not complete: {reason}. Finish the download, or copy what is missing again."
    zh = "{folder} 中的权重不完整：{reason}。请完成下载，或重新复制缺少的文件。"


class WrongArchitecture(BadWeights):
    en = "{folder} holds a model of the architecture {found}; ShelfLens runs {expected}. Name a folder with that one."
    zh = "{folder} 中的模型架构是 {found}，ShelfLens 只能运行 {expected}。请指定该架构的模型目录。"


class PickledWeights(BadWeights):
    en = (
        "{folder} holds its weights as {files}, a format that can run code when it is opened, so it was not opened."
        " Take the same model as .safetensors."
    )
    zh = "{folder} 中的权重是 {files}，这种格式打开时可能执行代码，因此未打开。请使用同一模型的 .safetensors 版本。"


class RemoteCode(BadWeights):
    en = (
        "{folder} asks to run code that comes with the model (auto_map in {file}); ShelfLens never does."
        " Take a checkpoint without it."
    )
    zh = "{folder} 要求运行模型自带的代码（{file} 中的 auto_map），ShelfLens 从不运行。请使用不含此项的检查点。"


class CorruptWeights(BadWeights):
    en = "{file} in {folder} is damaged: {reason}. Fetch or copy it again."
    zh = "{folder} 中的 {file} 已损坏：{reason}。请重新下载或复制。"


class AdapterNotHere(BadWeights):
    en = "{folder} holds no adapter ({files}). Name the folder that training has written."
    zh = "{folder} 中没有适配器（{files}）。请指定训练写入的目录。"


class AdapterUnsupported(BadWeights):
    en = (
        "The adapter {folder} changes weights in a way ShelfLens does not know ({found}); it was not used. Train a"
        " plain LoRA adapter: python -m core train."
    )
    zh = (
        "适配器 {folder} 以 ShelfLens 不支持的方式修改权重（{found}），未使用。"
        "请训练普通 LoRA 适配器：python -m core train。"
    )


class AdapterForOtherBase(BadWeights):
    en = (
        "The adapter {adapter} was made for {made_for}, the model here is {base}: it was not used. Take the model it"
        " belongs to, train it anew on this one, or roll it back on the Engines page."
    )
    zh = (
        "适配器 {adapter} 是为 {made_for} 训练的，而当前模型是 {base}，因此未使用。"
        "请换用对应的模型，在当前模型上重新训练，或在“引擎”页撤回该适配器。"
    )


class AdapterNeedsWeights(BadWeights):
    en = (
        "The adapter {adapter} is added to the weights as published, and of {model} only {form} is here. Fetch them"
        " (models pull), or roll the adapter back on the Engines page."
    )
    zh = (
        "适配器 {adapter} 需要原始发布的权重，而本机只有 {model} 的 {form}。"
        "请下载（models pull），或在“引擎”页撤回该适配器。"
    )


class ModelNotHere(ShelfLensError):
    en = (
        "There are no weights of {model} on this machine that can be used ({forms}). Fetch them (models pull),"
        " or name a folder that has them (SHELFLENS_MODEL)."
    )
    zh = "本机没有可用的 {model} 权重（{forms}）。请下载（models pull），或用 SHELFLENS_MODEL 指定已有权重的目录。"


class NoRuntime(ShelfLensError):
    en = (
        "The weights of {model} are here ({form}), but not the packages that run them ({needs}). Install them:"
        " make torch."
    )
    zh = "本机已有 {model} 的权重（{form}），但缺少运行所需的软件包（{needs}）。请安装：make torch。"


class ModelBusy(ShelfLensError):
    en = "{model} is being fetched, prepared, checked or removed by another process. Wait for it, or stop it first."
    zh = "另一个进程正在下载、转换、校验或删除 {model}。请等待其完成，或先将其停止。"


class NotEnoughDisk(ShelfLensError):
    en = (
        "{what} needs {needs_gib:.1f} GiB of disk, {folder} has {has_gib:.1f} GiB free. Free some space there, or"
        " choose another folder (SHELFLENS_DATA)."
    )
    zh = (
        "{what}需要 {needs_gib:.1f} GiB 磁盘空间，{folder} 只剩 {has_gib:.1f} GiB。"
        "请释放空间，或改用其他目录（SHELFLENS_DATA）。"
    )


class NotEnoughMemory(ShelfLensError):
    en = (
        "{what} needs {needs_gib:.1f} GiB of memory, this machine has {has_gib:.1f} GiB free. Close other programs,"
        " or take a machine with more memory."
    )
    zh = "{what}需要 {needs_gib:.1f} GiB 内存，本机只有 {has_gib:.1f} GiB 可用。请关闭其他程序，或换用内存更大的机器。"


class PullFailed(ShelfLensError):
    en = (
        "{model} could not be fetched from {source}: {reason}. What has arrived is kept; the same command goes on"
        " from there. HF_ENDPOINT names a mirror."
    )
    zh = (
        "无法从 {source} 下载 {model}：{reason}。已下载的部分会保留，再次运行同一命令即可继续。"
        "可用 HF_ENDPOINT 指定镜像。"
    )


class WrongHash(ShelfLensError):
    en = (
        "{file} from {source} is not the file it should be (SHA {found}, expected {expected}). It was thrown away;"
        " pull again, and take another source (HF_ENDPOINT) if it happens again."
    )
    zh = (
        "来自 {source} 的 {file} 与应有内容不符（SHA 为 {found}，应为 {expected}），已丢弃。"
        "请重新下载；若再次出现，请更换来源（HF_ENDPOINT）。"
    )


class ExportEnvFailed(ShelfLensError):
    en = (
        "The environment {folder}, which converting needs, cannot be used: {reason}. Correct or unset"
        " SHELFLENS_EXPORT_ENV, or delete the folder and try again."
    )
    zh = "转换所需的环境 {folder} 无法使用：{reason}。请更正或取消 SHELFLENS_EXPORT_ENV，或删除该目录后重试。"


class PrepareFailed(ShelfLensError):
    en = "{form} of {model} could not be made: {reason}. Nothing was changed; the whole log is {log}."
    zh = "无法生成 {model} 的 {form}：{reason}。现有文件未改动；完整日志见 {log}。"


class DataSetFolderTaken(ShelfLensError):
    en = (
        "The data set was not written: {folder} holds {found} already. Name a new folder, or empty that one yourself;"
        " nothing in it was changed."
    )
    zh = "未写入数据集：{folder} 中已有 {found}。请指定新目录，或自行清空该目录；其中内容未被改动。"


class NothingToLearn(ShelfLensError):
    en = (
        "There is no verified record to learn from ({left_out} verified records cannot be used). Verify records in"
        " Review, then make the data set again."
    )
    zh = "没有可供学习的已核验记录（{left_out} 条已核验记录无法使用）。请先在“审核”页核验记录，再重新生成数据集。"


class NoRoomForDataSet(ShelfLensError):
    en = (
        "The data set may take {needs_mb} MB, {folder} has {has_mb} MB free. Free some space there, or name a folder"
        " on another disk."
    )
    zh = "数据集最多需要 {needs_mb} MB，{folder} 只剩 {has_mb} MB。请释放空间，或指定其他磁盘上的目录。"


class BadDataSet(ShelfLensError):
    en = "{folder} cannot be used as a data set: {reason}. Make it again: python -m core dataset."
    zh = "{folder} 不能用作数据集：{reason}。请重新生成：python -m core dataset。"


class TrainingNeeds(ShelfLensError):
    en = (
        "Training needs {packages}, which the app itself does without. Install what training needs: python -m pip"
        " install -r requirements-train.txt -c constraints.txt"
    )
    zh = (
        "训练需要 {packages}，应用本身不含这些包。请安装训练所需的包："
        "python -m pip install -r requirements-train.txt -c constraints.txt"
    )


class TrainingFolderTaken(ShelfLensError):
    en = (
        "Training did not start: {folder} holds {found}. Name a new folder, or give the same data, base and settings to"
        " go on with what is there; nothing in it was changed."
    )
    zh = (
        "训练未开始：{folder} 中已有{found}。请指定新目录；若要继续其中的训练，请使用相同的数据、基础模型与设置。"
        "其中内容未被改动。"
    )


class TrainingFailed(ShelfLensError):
    en = "Training stopped at step {step}: {reason}. What was saved is kept; the same command goes on from there."
    zh = "训练在第 {step} 步停止：{reason}。已保存的进度仍在，再次运行同一命令即可继续。"


class NotThroughGate(ShelfLensError):
    en = (
        "The adapter {adapter} was not put to use: it was never compared with what reads now. Compare it on the Engines"
        " page, or run: python -m core evaluate --adapter {adapter}"
    )
    zh = (
        "适配器 {adapter} 未启用：尚未与当前引擎比较。请在“引擎”页进行比较，"
        "或运行：python -m core evaluate --adapter {adapter}"
    )


class NotPassed(ShelfLensError):
    en = "The adapter {adapter} was not put to use: the comparison speaks against it. {reasons}"
    zh = "适配器 {adapter} 未启用：比较结果不支持启用。{reasons}"


class GateStale(ShelfLensError):
    en = (
        "The adapter {adapter} was not put to use: {changed} has changed since it was compared. Compare it again, the"
        " photos it has read are kept."
    )
    zh = "适配器 {adapter} 未启用：自比较以来，{changed}已改变。请重新比较，已读取的照片会保留。"


class NothingToRollBack(ShelfLensError):
    en = "No adapter is in use, so there is nothing to roll back. The model reads as it was published."
    zh = "当前没有使用适配器，无需撤回。模型按原始发布状态读取。"


class QuestionTooLong(ShelfLensError):
    en = (
        "Question, photos and answer would take {tokens} tokens; the model takes {limit}. Shorten the question, ask"
        " about fewer photos, or allow a shorter answer."
    )
    zh = "问题、图片与回答共需 {tokens} 个 token，模型上限为 {limit}。请缩短问题、减少图片，或调低回答长度。"


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
