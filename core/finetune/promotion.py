"""Putting an adapter to use, and taking it back: on the figures of a gate, by a person, written down each time."""

from __future__ import annotations

from sqlite_utils import Database

from core.engines.language.version import language_version
from core.engines.qwen3vl.choice import choose
from core.engines.qwen3vl.engine import NAME
from core.errors import BadWeights, GateStale, NotFound, NothingToRollBack, NotPassed, NotThroughGate
from core.finetune.gate import adapted, as_it_reads
from core.settings import Settings
from core.store.db import write
from core.store.gates import Act, Gate, Promotion, latest_gate, list_promotions, put_promotion
from core.types import Bilingual
from core.weights.adapters import Adapter
from core.weights.promoted import get_adapter, name_in_use, put_in_use


def promote(db: Database, settings: Settings, name: str, *, by: str) -> Promotion:
    """Makes the adapter what the local model reads with, from the next photo on.

    Raises NotThroughGate, NotPassed or GateStale where its gate does not allow it, NotFound, or the BadWeights of an
    adapter that cannot be used.
    """
    adapter = get_adapter(settings, name)
    gate = ensure_passed(db, settings, adapter)
    return _change(db, settings, Act.PROMOTE, adapter.name, adapter.digest, gate.id, by)


def ensure_passed(db: Database, settings: Settings, adapter: Adapter) -> Gate:
    """The gate that the adapter has passed, still true today; raises as `promote` does."""
    gate = latest_gate(db, adapter.digest)
    if gate is None:
        raise NotThroughGate(adapter=adapter.name)
    if not gate.go:
        raise NotPassed(
            adapter=adapter.name,
            reasons=Bilingual(
                en=" ".join(reason.en for reason in gate.reasons), zh="".join(reason.zh for reason in gate.reasons)
            ),
        )
    if changed := what_changed(settings, adapter, gate):
        raise GateStale(adapter=adapter.name, changed=changed)
    return gate


def what_changed(settings: Settings, adapter: Adapter, gate: Gate) -> Bilingual | None:
    """What is no longer as it was when the gate was passed; None where everything is. Raises the BadWeights of an
    adapter that cannot be used here any more."""
    if choose(adapted(settings, adapter)).revision != gate.revision:
        return Bilingual(en="the model", zh="模型")
    if gate.prompt_version != language_version():
        return Bilingual(en="the prompt", zh="提示词")
    if gate.against == NAME and choose(as_it_reads(settings)).revision != gate.against_revision:
        return Bilingual(en="the adapter in use", zh="正在使用的适配器")
    return None


def roll_back(db: Database, settings: Settings, *, by: str) -> Promotion:
    """Puts what had read before back to use, as far back as promotions go. Raises NothingToRollBack.

    It works whatever state the adapter in use is in, and where the earlier one is gone the model as published reads.
    """
    present = name_in_use(settings)
    if not present:
        raise NothingToRollBack()
    last = next((one for one in list_promotions(db) if one.act is Act.PROMOTE and one.adapter == present), None)
    before = last.before if last is not None else ""
    digest = _digest(settings, before)
    return _change(db, settings, Act.ROLL_BACK, before if digest else "", digest, None, by)


def _digest(settings: Settings, name: str) -> str:
    """Of an adapter that can be read; "" for one that cannot."""
    try:
        return get_adapter(settings, name).digest if name else ""
    except (BadWeights, NotFound):
        return ""


def _change(
    db: Database, settings: Settings, act: Act, name: str, digest: str, gate_id: int | None, by: str
) -> Promotion:
    """Notes it down and does it: where the file cannot be written the note is not kept, either."""
    change = Promotion(act=act, adapter=name, digest=digest, before=name_in_use(settings), gate_id=gate_id, by=by)
    with write(db):
        number = put_promotion(db, change)
        put_in_use(settings, name)
    return next(one for one in list_promotions(db, 1) if one.id == number)
