"""A model's fields and the embedded engine's, merged: what agrees, what the photo shows, what only one says.

Who is proposed where both have a value and they differ:

    gtin                   the decoder: a model cannot read bars, and its digits never make a code trusted
    palette                the embedded engine, which measures it
    dates, amounts, codes  whose digits are printed; both are: the one behind a clear printed key, else the model,
                           which reads what an amount is for
    words                  the model's where they are on the photo, since it sees which line is the name; else the
                           embedded engine's, whose words always are
    lists                  the model's where most of its entries are on the photo; where all are, a list is no
                           contradiction of a longer one: what counts as a claim is a matter of taste
    judgements             the model's: it looks at the whole picture, the embedded engine at single words

Whatever is not proposed becomes an alternative, with a finding that says who said what.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from core.evidence import notes
from core.evidence.look import entries_of, is_judged, look
from core.evidence.page import Page
from core.evidence.same import CODES, GTIN, LISTS, detail, differs_in_form, is_near, is_same, says_more
from core.evidence.words import DOUBT, How, Seen
from core.schema import FieldSpec, FieldType, Schema
from core.types import Fields, FieldValue, Finding, Grade, Readings, Source
from core.values.typed import understand

ORDER = (Grade.LOW, Grade.MEDIUM, Grade.HIGH)
AMOUNTS = (FieldType.DATE, FieldType.DURATION, FieldType.QUANTITY)
DIGITS = (*AMOUNTS, FieldType.PRICES, FieldType.NUTRITION)
DETAILED = (FieldType.PRICES, FieldType.NUTRITION)
"""Types whose entries one reader may know more about than the other while both say the same."""


def support(model: Fields, embedded: Fields, readings: Readings, schema: Schema, *, partial: bool = False) -> Fields:
    """The fields to propose for a photo: each with its sources, grade and box, what speaks against it, and every
    other value that was read.

    `partial`: the model's answer broke off. What it did not say it may not have reached, so there the embedded
    engine's value stands unchanged; of a whole answer null means "not on the label", and costs it a grade.
    """
    page = Page(readings)
    merged: Fields = {}
    for spec in schema.fields:
        field = _merge(_Case(page, spec), model.get(spec.key), embedded.get(spec.key), partial=partial)
        if field is not None:
            merged[spec.key] = field
    return merged


def _merge(case: _Case, model: FieldValue | None, embedded: FieldValue | None, *, partial: bool) -> FieldValue | None:
    if model is None or model.value is None:
        return embedded if partial or embedded is None else _denied(case.spec, embedded)
    model = _as_said(case.spec, model)
    if embedded is None or embedded.value is None:
        return case.alone(model)
    if case.spec.key == GTIN and Source.BARCODE in embedded.sources:
        return case.beside_decoder(model, embedded)
    if is_same(case.spec, model, embedded):
        return case.agreed(model, embedded)
    if is_near(case.spec, model, embedded):
        return case.nearly_agreed(model, embedded)
    return case.disputed(model, embedded)


def _as_said(spec: FieldSpec, model: FieldValue) -> FieldValue:
    """The model's value with its own source and without what an earlier look at the photo added."""
    findings = tuple(finding for finding in model.findings if finding.rule not in notes.OWN)
    inferred = model.inferred or spec.inferred
    said = model.model_copy(update={"sources": (Source.VLM,), "findings": findings, "inferred": inferred})
    if spec.type in AMOUNTS and _guesses_a_digit(spec, model):
        return said.model_copy(update={"value": model.raw, "unit": None, "grade": Grade.LOW})
    return said


def _guesses_a_digit(spec: FieldSpec, model: FieldValue) -> bool:
    """True where the value was understood although a digit of it could not be read: 20?6-05-01 is no 2001-05-06."""
    if not model.raw or not DOUBT.search(model.raw):
        return False
    understood = understand(spec, model.raw)
    return model.value != model.raw and (understood.value, understood.unit) == (model.value, model.unit)


def _denied(spec: FieldSpec, embedded: FieldValue) -> FieldValue:
    """A value of the embedded engine that the model calls absent: a step less sure, but kept. Its words are on the
    photo, and models leave out what they overlook; only what they mean is in doubt.

    A decoded barcode and measured colours are nothing that a model could deny.
    """
    if spec.type is FieldType.PALETTE or Source.BARCODE in embedded.sources:
        return embedded
    return embedded.model_copy(update={"grade": _lower(embedded.grade)})


@dataclass(frozen=True)
class _Case:
    """One field of one photo."""

    page: Page
    spec: FieldSpec

    def alone(self, model: FieldValue) -> FieldValue:
        """Only the model has a value: medium where the photo shows it, low where it does nearly or not."""
        seen = look(self.page, self.spec, model)
        field = self._located(model, seen)
        if self._is_judgement():
            return _graded(field, _least(Grade.LOW if self.spec.inferred else Grade.MEDIUM, model.grade))
        if seen.how is How.NOT:
            unsupported = notes.unsupported(seen, self.page.readings.script)
            return _graded(_with(field, findings=(unsupported,)), Grade.LOW)
        if seen.how is How.DIFFERS:
            sides = ((notes.MODEL, notes.said(model)), (notes.PRINT, notes.short(seen.printed)))
            return _graded(_with(field, findings=(notes.disagreement(sides),)), Grade.LOW)
        if self.spec.key == GTIN or seen.how is How.NEAR:
            return _graded(field, Grade.LOW)
        return _graded(field, _least(Grade.MEDIUM, model.grade))

    def agreed(self, model: FieldValue, embedded: FieldValue) -> FieldValue:
        """Both say the same: in the model's writing, which keeps the spaces that OCR loses, at the place of the
        embedded engine's, which knows the key beside it. What was doubtful about that stays so."""
        best = Grade.MEDIUM if self.spec.inferred or self.spec.key == GTIN else Grade.HIGH
        if embedded.alternatives or embedded.findings or embedded.truncated:
            best = Grade.MEDIUM
        fuller = self._fuller(model, embedded)
        field = model.model_copy(
            update={
                "value": fuller.value,
                "unit": fuller.unit,
                "raw": fuller.raw,
                "box": embedded.box or model.box,
                "lines": embedded.lines or model.lines,
                "clarity": embedded.clarity,
                "sources": _joined(model.sources, embedded.sources),
                "inferred": model.inferred or embedded.inferred,
                "truncated": embedded.truncated,  # the photo's edge cuts both; the end of an answer only the model's
            }
        )
        return _graded(_with(field, embedded.alternatives, embedded.findings), best)

    def _fuller(self, model: FieldValue, embedded: FieldValue) -> FieldValue:
        """Of two that mean the same the one with more details; of two readings of the same print the embedded
        engine's, which takes the country out of "Made in …"."""
        if self.spec.type in DETAILED:
            return embedded if detail(embedded) > detail(model) else model
        return embedded if differs_in_form(self.spec, model, embedded) else model

    def nearly_agreed(self, model: FieldValue, embedded: FieldValue) -> FieldValue:
        """One text, but for a letter or two. The model's, which reads words and not single letters, with the
        other beside it; nothing a person has to settle."""
        field = self.agreed(model, embedded)
        other = notes.as_alternative(embedded, Source.OCR)
        return _graded(_with(field, (other,)), _least(Grade.MEDIUM, model.grade))

    def disputed(self, model: FieldValue, embedded: FieldValue) -> FieldValue:
        """Both values, the better founded one proposed; medium where the other is a mere guess, low where both
        stand on the photo."""
        seen = look(self.page, self.spec, model)
        model = self._located(model, seen)
        chosen, other = (model, embedded) if self._prefers_model(model, embedded, seen) else (embedded, model)
        source = Source.VLM if other is model else Source.OCR
        field = _with(chosen, (notes.as_alternative(other, source), *other.alternatives))
        if self._is_judgement():
            return _graded(field, Grade.LOW if self.spec.inferred else _least(Grade.MEDIUM, chosen.grade))
        if self._are_compatible(chosen, other, seen):
            return _graded(field, _least(Grade.MEDIUM, chosen.grade))
        founded, rivalled = seen.how is How.EXACT, embedded.grade is not Grade.LOW
        if chosen is embedded:
            founded, rivalled = rivalled, founded
        sides = ((notes.reader_of(chosen), notes.said(chosen)), (notes.reader_of(other), notes.said(other)))
        findings = [notes.disagreement(sides)]
        if chosen is model and seen.how is How.NOT:
            findings.append(notes.unsupported(seen, self.page.readings.script))
        grade = Grade.MEDIUM if founded and not rivalled else Grade.LOW
        return _graded(_with(field, findings=findings), _least(grade, chosen.grade))

    def beside_decoder(self, model: FieldValue, embedded: FieldValue) -> FieldValue:
        """The decoded code as it stands. The model's digits neither raise its grade, since they can come from the
        same worn print, nor settle what the decoders dispute."""
        if is_same(self.spec, model, embedded):
            return embedded.model_copy(update={"sources": _joined(embedded.sources, (Source.VLM,))})
        sides = ((notes.BARS, notes.said(embedded)), (notes.MODEL, notes.said(model)))
        rival = notes.as_alternative(model, Source.VLM)
        return _with(embedded, (rival, *model.alternatives), (notes.disagreement(sides), *model.findings))

    def _is_judgement(self) -> bool:
        return is_judged(self.spec)

    def _located(self, model: FieldValue, seen: Seen) -> FieldValue:
        """The model's value with the place it is seen at, and the print beside it where that says otherwise."""
        lines = tuple(dict.fromkeys(stretch.line for stretch in seen.stretches)) or model.lines
        found = model.model_copy(
            update={
                "box": self.page.box(seen.stretches) or model.box,
                "lines": lines,
                "clarity": self.page.clarity(lines),
                "sources": (Source.VLM, Source.OCR) if self._is_shown(seen) else (Source.VLM,),
            }
        )
        if seen.how not in (How.NEAR, How.DIFFERS) or not seen.printed:
            return found
        printed = understand(self.spec, seen.printed)
        return _with(found, (notes.as_alternative(printed, Source.OCR),))

    def _are_compatible(self, chosen: FieldValue, other: FieldValue, seen: Seen) -> bool:
        """True where one of them says more than the other, and nothing against it."""
        if self.spec.type in LISTS:
            return Source.VLM in chosen.sources and self._is_shown(seen)
        return says_more(self.spec, chosen, other)

    def _is_shown(self, seen: Seen) -> bool:
        return seen.how in (How.EXACT, How.NEAR)

    def _prefers_model(self, model: FieldValue, embedded: FieldValue, seen: Seen) -> bool:
        spec = self.spec
        if spec.type is FieldType.PALETTE or spec.key == GTIN:
            return False
        if self._is_judgement():
            return True
        if says_more(spec, embedded, model) or (says_more(spec, model, embedded) and seen.how is not How.EXACT):
            return False
        if says_more(spec, model, embedded):
            return True
        if spec.type in LISTS:
            return 2 * len(seen.missing) <= len(entries_of(model))
        if spec.type in DIGITS or spec.key in CODES:
            return seen.how is How.EXACT and embedded.grade is not Grade.HIGH
        return self._is_shown(seen) and not model.truncated


def _with(field: FieldValue, alternatives: Iterable[Any] = (), findings: Iterable[Finding] = ()) -> FieldValue:
    """The field with these added, each once; what is no other value than the field's own is none of them."""
    others = list(field.alternatives)
    for other in alternatives:
        if not _is_own(field, other) and _identity(other) not in map(_identity, others):
            others.append(other)
    notes_on_it = list(field.findings)
    notes_on_it += [finding for finding in findings if finding not in notes_on_it]
    return field.model_copy(update={"alternatives": tuple(others), "findings": tuple(notes_on_it)})


def _identity(other: Any) -> Any:
    """What tells two alternatives apart: value and reader, not the print it was read from."""
    return {**other, "raw": None} if isinstance(other, dict) and "source" in other else other


def _is_own(field: FieldValue, other: Any) -> bool:
    said = (other["value"], other["unit"]) if isinstance(other, dict) and "source" in other else (other, field.unit)
    return bool(said == (field.value, field.unit))


def _graded(field: FieldValue, grade: Grade) -> FieldValue:
    return field.model_copy(update={"grade": grade})


def _least(one: Grade, other: Grade) -> Grade:
    return min(one, other, key=ORDER.index)


def _lower(grade: Grade) -> Grade:
    return ORDER[max(ORDER.index(grade) - 1, 0)]


def _joined(one: Iterable[Source], other: Iterable[Source]) -> tuple[Source, ...]:
    return tuple(dict.fromkeys((*one, *other)))
