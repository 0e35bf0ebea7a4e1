"""Which runtime and precision a machine gets, and why."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

import pytest

from core.engines.qwen3vl import choice
from core.engines.qwen3vl.choice import DEVICES, MEMORY, ORDER, PRECISIONS, WHY, Plan, choose, plans
from core.errors import BadSetting, ModelNotHere, NoRuntime, NoWeights, WeightsFolderMissing
from core.settings import ROOT, Settings
from core.weights import Form, Weights
from core.weights.inventory import Origin

GIB = 1 << 30
BYTES = {Form.SAFETENSORS: 4 * GIB, Form.INT8: 2 * GIB, Form.INT4: 1 * GIB}


@dataclass
class Machine:
    """What is on a machine: weights, packages, a GPU."""

    forms: tuple[Form, ...] = (Form.SAFETENSORS,)
    packages: frozenset[str] = frozenset({"torch", "transformers", "openvino"})
    cuda: bool = False
    processor: str = "x86_64"
    weights: list[Weights] = field(init=False)

    def __post_init__(self) -> None:
        self.weights = [
            Weights("Acme/VL", form, Path("/models") / form, "abc", BYTES[form], Origin.PULLED) for form in self.forms
        ]

    def become(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(choice, "find_weights", lambda _: self.weights)
        monkeypatch.setattr(choice, "get_weights", lambda _: self.weights[0])
        monkeypatch.setattr(choice.util, "find_spec", lambda name: object() if name in self.packages else None)
        monkeypatch.setattr(choice, "has_cuda", lambda: self.cuda)
        monkeypatch.setattr(choice.platform, "machine", lambda: self.processor)


BOTH = (Form.SAFETENSORS, Form.INT8)
ALL = (Form.SAFETENSORS, Form.INT8, Form.INT4)
NO_TORCH = frozenset({"openvino"})

CHOICES = [
    ("weights as published", Machine(), {}, "torch cpu int8", "no prepared form"),
    ("weights as published, no fbgemm", Machine(processor="aarch64"), {}, "torch cpu bfloat16", "as published"),
    ("Windows spells it otherwise", Machine(processor="AMD64"), {}, "torch cpu int8", "no prepared form"),
    ("prepared", Machine(BOTH), {}, "openvino cpu int8", "the fastest on a CPU"),
    ("prepared alone", Machine((Form.INT8,), NO_TORCH), {}, "openvino cpu int8", "the fastest on a CPU"),
    ("int4 stands behind int8", Machine(ALL), {}, "openvino cpu int8", "the fastest on a CPU"),
    ("int4 before torch", Machine((Form.SAFETENSORS, Form.INT4)), {}, "openvino cpu int4", "check its accuracy"),
    ("int4 on request", Machine(ALL), {"precision": "int4"}, "openvino cpu int4", "check its accuracy"),
    ("prepared, no openvino", Machine(BOTH, frozenset({"torch", "transformers"})), {}, "torch cpu int8", "no prepared"),
    ("a GPU", Machine(ALL, cuda=True), {}, "torch cuda bfloat16", "a GPU is here"),
    ("a GPU, float32", Machine(cuda=True), {"precision": "float32", "device": "cuda"}, "torch cuda float32", "slower"),
    ("a GPU and nothing for it", Machine((Form.INT8,), cuda=True), {}, "openvino cpu int8", "the fastest on a CPU"),
    ("a GPU left alone", Machine(BOTH, cuda=True), {"device": "cpu"}, "openvino cpu int8", "the fastest on a CPU"),
    ("bfloat16 on request", Machine(BOTH), {"precision": "bfloat16"}, "torch cpu bfloat16", "as published"),
    ("float32 on request", Machine(BOTH), {"precision": "float32"}, "torch cpu float32", "for comparison"),
]  # fmt: skip


@pytest.mark.parametrize(("machine", "wanted", "way", "why"), [c[1:] for c in CHOICES], ids=[c[0] for c in CHOICES])
def test_the_fastest_way_is_chosen_with_its_reason(
    machine: Machine, wanted: dict[str, str], way: str, why: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.become(monkeypatch)
    plan = choose(settings.model_copy(update=wanted))
    assert f"{plan.runtime} {plan.device} {plan.precision}" == way
    assert why in plan.why.en and plan.why.zh


REFUSED = [
    ("int4 without its form", Machine(BOTH), {"precision": "int4"}, "cpu int8"),
    ("a GPU that is not there", Machine(), {"device": "cuda"}, "cpu float32"),
    ("bfloat16 of a prepared form", Machine((Form.INT8,)), {"precision": "bfloat16"}, "cpu int8"),
    ("int8 on a GPU", Machine(cuda=True), {"device": "cuda", "precision": "int8"}, "cuda bfloat16"),
    ("int8 by torch on ARM", Machine(processor="aarch64"), {"precision": "int8"}, "cpu bfloat16"),
    ("torch missing", Machine(BOTH, NO_TORCH), {"precision": "bfloat16"}, "cpu int8"),
]


@pytest.mark.parametrize(("machine", "wanted", "offers"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_what_this_machine_cannot_do_is_refused_with_what_it_can(
    machine: Machine, wanted: dict[str, str], offers: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.become(monkeypatch)
    with pytest.raises(BadSetting) as caught:
        choose(settings.model_copy(update=wanted))
    assert "SHELFLENS_DEVICE" in str(caught.value) and offers in str(caught.value)
    assert next(iter(wanted.values())) in caught.value.message.zh


UNKNOWN = [("precision", "int3"), ("precision", ""), ("device", "tpu"), ("device", "CPU")]


@pytest.mark.parametrize(("name", "value"), UNKNOWN)
def test_a_device_or_precision_that_does_not_exist_is_named(name: str, value: str, settings: Settings) -> None:
    with pytest.raises(BadSetting) as caught:
        choose(settings.model_copy(update={name: value}))
    known = PRECISIONS if name == "precision" else DEVICES
    assert f"SHELFLENS_{name.upper()}" in str(caught.value)
    assert all(word in str(caught.value) for word in ("auto", *known))


def test_without_weights_the_way_to_them_is_said(settings: Settings) -> None:
    assert plans(settings) == []
    with pytest.raises(ModelNotHere, match="models pull"):
        choose(settings)


def test_a_folder_that_is_wrong_is_said_to_be(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(WeightsFolderMissing):
        choose(settings.model_copy(update={"model": str(tmp_path / "nowhere")}))
    with pytest.raises(NoWeights):
        choose(settings.model_copy(update={"model": str(tmp_path)}))


def test_a_folder_named_is_used_where_it_lies(settings: Settings, tiny_checkpoint: Path) -> None:
    plan = choose(settings.model_copy(update={"model": str(tiny_checkpoint), "precision": "float32"}))
    assert (plan.runtime, plan.weights.folder) == ("torch", tiny_checkpoint)


def test_both_forms_of_a_named_folder_are_offered_fastest_first(
    settings: Settings, tiny_checkpoint: Path, tiny_openvino: Path
) -> None:
    local = Settings(data=tiny_openvino.parents[2], model=str(tiny_checkpoint), export_env="")
    ways = [(plan.runtime, plan.precision) for plan in plans(local) if plan.device == "cpu"]
    assert ways[0] == ("openvino", "int8")
    assert set(ways[1:]) == {("torch", precision) for precision in ("int8", "bfloat16", "float32")}
    assert choose(local).weights.folder == tiny_openvino


@pytest.mark.parametrize(
    ("forms", "packages", "needs"),
    [
        ((Form.SAFETENSORS,), (), "torch, transformers"),
        ((Form.SAFETENSORS,), ("openvino", "torch"), "torch, transformers"),
        ((Form.INT8,), ("torch", "transformers"), "openvino"),
    ],
)
def test_weights_that_no_package_here_runs_ask_for_the_package(
    forms: tuple[Form, ...],
    packages: tuple[str, ...],
    needs: str,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Machine(forms, frozenset(packages)).become(monkeypatch)
    assert plans(settings) == []
    with pytest.raises(NoRuntime, match=rf"Acme/VL.*\({needs}\)") as caught:
        choose(settings)
    assert needs in caught.value.message.zh


def test_every_way_has_a_reason_and_a_measure_of_memory() -> None:
    assert set(ORDER) == set(WHY)
    for runtime, device, precision in ORDER:
        assert (runtime if runtime == "openvino" else precision) in MEMORY
        assert device in DEVICES and precision in PRECISIONS


@pytest.mark.parametrize(("way", "gib"), [(("openvino", "cpu", "int8"), 4.2), (("torch", "cpu", "float32"), 12.0)])
def test_memory_goes_by_the_size_of_the_weights(way: tuple[str, str, str], gib: float) -> None:
    form = Form.INT8 if way[0] == "openvino" else Form.SAFETENSORS
    plan = Plan(*way, Machine((form,)).weights[0], WHY[way])
    assert plan.memory == pytest.approx(gib * GIB, rel=0.01)


@pytest.mark.parametrize(("version", "driver", "looks"), [("2.13.0+cpu", True, False), ("2.13.0", False, False)])
def test_torch_is_not_imported_to_learn_that_there_is_no_gpu(
    version: str, driver: bool, looks: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    choice.has_cuda.cache_clear()
    monkeypatch.setattr(metadata, "version", lambda _: version)
    monkeypatch.setattr(choice, "_driver", lambda: driver)
    monkeypatch.setitem(sys.modules, "torch", None)
    try:
        assert choice.has_cuda() is looks
    finally:
        choice.has_cuda.cache_clear()


def test_choosing_imports_nothing_heavy(tiny_checkpoint: Path, tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "from core.settings import Settings\n"
        "from core.engines.qwen3vl.choice import choose\n"
        f"print(choose(Settings(data={str(tmp_path)!r}, model={str(tiny_checkpoint)!r})).why.en)\n"
        "heavy = {'torch', 'transformers', 'openvino', 'tokenizers', 'llguidance', 'numpy', 'PIL'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "prepare" in done.stdout or "GPU" in done.stdout or "as published" in done.stdout
