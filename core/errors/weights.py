"""Model weights and adapters: where they are not, what is wrong with them, and what fetching and preparing run into."""

from __future__ import annotations

from core.errors.base import ShelfLensError


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
