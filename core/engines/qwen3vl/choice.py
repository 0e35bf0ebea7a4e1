"""Which runtime and precision this machine gets, and why. Looks at files and package names; loads nothing."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata, util
from pathlib import Path

from core.errors import AdapterForOtherBase, AdapterNeedsWeights, BadSetting, NoRuntime
from core.settings import Settings
from core.types import Bilingual
from core.weights import Form, Weights, find_weights, get_weights
from core.weights.adapters import Adapter, ensure_fits
from core.weights.promoted import adapter_in_use

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
    adapter: Adapter | None = None
    """Merged into the weights when they are loaded."""

    @property
    def revision(self) -> str:
        """Of weights and adapter: part of the cache key."""
        return f"{self.weights.revision}+{self.adapter.digest}" if self.adapter else self.weights.revision

    @property
    def memory(self) -> int:
        return int(self.weights.bytes * MEMORY["openvino" if self.runtime == "openvino" else self.precision])


def plans(settings: Settings) -> list[Plan]:
    """Every way this machine has, fastest first, as the settings allow. With an adapter in use those alone that take
    it: torch on the weights as published, for a prepared form has its weights baked in.

    Raises BadSetting for a device or precision that does not exist, and the BadWeights of an adapter that cannot be
    used.
    """
    _check(settings)
    adapter = adapter_in_use(settings)
    wanted = (plan for weights in _weights_for(adapter, settings) for plan in _plans_for(weights, adapter))
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
    adapter = adapter_in_use(settings)
    if adapter is not None and Form.SAFETENSORS not in _forms(settings):
        raise AdapterNeedsWeights(adapter=adapter.name, model=weights.model_id, form=weights.form)
    found = (plan for each in _weights_for(adapter, settings) for plan in _plans_for(each, adapter))
    ways = sorted({f"{plan.device} {plan.precision}" for plan in found})
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


def _weights_for(adapter: Adapter | None, settings: Settings) -> list[Weights]:
    """The weights that may be loaded. Raises AdapterForOtherBase where the adapter belongs to none of them."""
    found = find_weights(settings)
    if adapter is None:
        return found
    bases = [weights for weights in found if weights.form is Form.SAFETENSORS]
    fitting, refused = [], None
    for weights in bases:
        try:
            ensure_fits(adapter, weights.folder, weights.model_id)
        except AdapterForOtherBase as err:
            refused = err
        else:
            fitting.append(weights)
    if refused is not None and not fitting:
        raise refused
    return fitting


def _forms(settings: Settings) -> set[Form]:
    return {weights.form for weights in find_weights(settings)}


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


def _plans_for(weights: Weights, adapter: Adapter | None) -> list[Plan]:
    ways = [way for way in ORDER if _serves(way, weights.form) and _has(way)]
    return [Plan(*way, weights, _why(way, adapter), adapter) for way in ways]


def _why(way: tuple[str, str, str], adapter: Adapter | None) -> Bilingual:
    if adapter is None:
        return WHY[way]
    return Bilingual(
        en=f"with the adapter {adapter.name}, which the torch runtime alone takes",
        zh=f"使用适配器 {adapter.name}，仅 torch 运行方式支持",
    )


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
