"""Training: the data set, the run itself, and the gate before an adapter is put to use."""

from __future__ import annotations

from core.errors.base import ShelfLensError


class DataSetFolderTaken(ShelfLensError):
    en = (
        "The data set was not written: {folder} holds {found} already. Name a new folder, or empty that one yourself;"
        " nothing in it was changed."
    )
    zh = "未写入数据集：{folder} 中已有 {found}。请指定新目录，或自行清空该目录；其中内容未被改动。"


class DataSetAway(ShelfLensError):
    en = (
        "{folder} was not rewritten: {reason}. Its rows stay noted; connect its disk and try again, or strike it off"
        " the register where it is deleted for good."
    )
    zh = "未改写 {folder}：{reason}。其中的待删行仍保留登记；请连接磁盘后重试，若已彻底删除可从登记中移除。"


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
