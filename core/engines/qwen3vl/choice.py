"""Which runtime and precision this machine gets, and why. Looks at files and package names; loads nothing."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata, util
from pathlib import Path

from core.errors import BadSetting, NoRuntime
from core.settings import Settings
from core.types import Bilingual
from core.weights import Form, Weights, find_weights, get_weights

AUTO = "auto"
PRECISIONS = ("float32", "bfloat16", "int8", "int4")
DEVICES = ("cpu", "cuda")
PREPARED = {Form.INT8: "int8", Form.INT4: "int4"}
RUNTIMES = {True: "openvino", False: "torch, transformers"}
"""Whether a form is a prepared one -> the packages that run it."""
MEMORY = {"openvino": 2.1, "int8": 2.1, "bfloat16": 1.2, "float32": 3.0}
"""Memory at the peak of reading a photo, as a multiple of the weights' bytes on the disk (`make bench-vlm`)."""


@dataclass(frozen=True)
class Plan:
    """One way to run the model here. `memory` is the bytes it takes at its peak, about."""

    runtime: str
    """openvino or torch."""
    device: str
    precision: str
    weights: Weights
    why: Bilingual

    @property
    def memory(self) -> int:
        return int(self.weights.bytes * MEMORY["openvino" if self.runtime == "openvino" else self.precision])


def plans(settings: Settings) -> list[Plan]:
    """Every way this machine has, fastest first, as the settings allow.

    Raises BadSetting for a device or precision that does not exist.
    """
    _check(settings)
    wanted = (plan for weights in find_weights(settings) for plan in _plans_for(weights))
    allowed = [
        plan
        for plan in wanted
        if settings.device in (AUTO, plan.device) and settings.precision in (AUTO, plan.precision)
    ]
    return sorted(allowed, key=_rank)


def choose(settings: Settings) -> Plan:
    """The fastest of them.

    Raises ModelNotHere, or the BadWeights that says what is wrong with the folder named; where the weights are here,
    NoRuntime without a package that runs them, and BadSetting without the device or precision asked for.
    """
    allowed = plans(settings)
    if allowed:
        return allowed[0]
    weights = get_weights(settings)
    ways = sorted({f"{plan.device} {plan.precision}" for each in find_weights(settings) for plan in _plans_for(each)})
    if not ways:
        raise NoRuntime(model=weights.model_id, form=weights.form, needs=RUNTIMES[weights.form in PREPARED])
    raise BadSetting(
        name="SHELFLENS_DEVICE, SHELFLENS_PRECISION",
        value=f"{settings.device}, {settings.precision}",
        reason=Bilingual(
            en=f"with the weights that are here: {', '.join(ways)}",
            zh=f"现有权重可用：{'、'.join(ways)}",
        ),
    )


def _check(settings: Settings) -> None:
    for name, value, known in (
        ("SHELFLENS_PRECISION", settings.precision, PRECISIONS),
        ("SHELFLENS_DEVICE", settings.device, DEVICES),
    ):
        if value not in (AUTO, *known):
            raise BadSetting(name=name, value=value, reason=f"known: {AUTO}, {', '.join(known)}")


ORDER = (
    ("torch", "cuda", "bfloat16"),
    ("openvino", "cpu", "int8"),
    ("openvino", "cpu", "int4"),
    ("torch", "cpu", "int8"),
    ("torch", "cpu", "bfloat16"),
    ("torch", "cpu", "float32"),
    ("torch", "cuda", "float32"),
)
"""Fastest first, as measured, but for one: int4 stands behind int8, because what it costs in accuracy is not known."""

WHY = {
    ("torch", "cuda", "bfloat16"): Bilingual(en="a GPU is here", zh="本机有 GPU"),
    ("openvino", "cpu", "int8"): Bilingual(
        en="the fastest on a CPU whose accuracy is close to the original's", zh="CPU 上最快，且精度接近原模型"
    ),
    ("openvino", "cpu", "int4"): Bilingual(
        en="faster than int8 and smaller; check its accuracy on your own records first",
        zh="比 int8 更快更小；请先用自己的记录核对其准确率",
    ),
    ("torch", "cpu", "int8"): Bilingual(
        en="no prepared form is here (models prepare makes one, which is faster)",
        zh="尚无转换后的模型（可用 models prepare 生成，速度更快）",
    ),
    ("torch", "cpu", "bfloat16"): Bilingual(
        en="as published; slower than int8", zh="与发布时一致；比 int8 慢"
    ),
    ("torch", "cpu", "float32"): Bilingual(
        en="the usual recipe, several times slower; for comparison", zh="常规做法，慢数倍；用于对照"
    ),
    ("torch", "cuda", "float32"): Bilingual(
        en="on the GPU, slower than bfloat16; for comparison", zh="在 GPU 上运行，比 bfloat16 慢；用于对照"
    ),
}  # fmt: skip


def _rank(plan: Plan) -> int:
    return ORDER.index((plan.runtime, plan.device, plan.precision))


def _plans_for(weights: Weights) -> list[Plan]:
    ways = [way for way in ORDER if _serves(way, weights.form) and _has(way)]
    return [Plan(*way, weights, WHY[way]) for way in ways]


def _serves(way: tuple[str, str, str], form: Form) -> bool:
    runtime, _, precision = way
    return PREPARED.get(form) == precision if runtime == "openvino" else form is Form.SAFETENSORS


def _has(way: tuple[str, str, str]) -> bool:
    runtime, device, precision = way
    if runtime == "openvino":
        return util.find_spec("openvino") is not None
    if util.find_spec("torch") is None or util.find_spec("transformers") is None:
        return False
    if device == "cuda":
        return has_cuda()
    return precision != "int8" or platform.machine().lower() in ("x86_64", "amd64")  # fbgemm is for x86 alone


@lru_cache
def has_cuda() -> bool:
    """True where torch sees a CUDA device. Imports torch only where its build can: that takes seconds."""
    if metadata.version("torch").endswith("+cpu") or not _driver():
        return False
    import torch

    return bool(torch.cuda.is_available())


def _driver() -> bool:
    """True where an NVIDIA driver shows itself; elsewhere than on Linux only torch can tell."""
    return platform.system() != "Linux" or any(Path(node).exists() for node in ("/dev/nvidiactl", "/dev/dxg"))
