"""One poster in a sentence: by a model where one has answered, from its fields otherwise, and marked which."""

from __future__ import annotations

from enum import StrEnum

from sqlite_utils import Database

from core.engines.embedded.engine import EmbeddedEngine
from core.engines.registry import AUTO, ENGINES, available
from core.pitch import QUESTION, Place, pitch_of
from core.reading.preferences import default_engine
from core.reading.questions import MOST_PHOTOS, Ask, ask
from core.reviewing.review import load_record
from core.settings import Settings
from core.store import items
from core.store.questions import Asked, QuestionState, list_questions
from core.types import Bilingual, Frozen


class MadeFrom(StrEnum):
    MODEL = "model"
    FIELDS = "fields"


class PosterAnswer(Frozen):
    """What its main selling point is and whom it is for. `engine` is the model that wrote it, "" for fields."""

    sentence: Bilingual
    made_from: MadeFrom
    engine: str = ""
    places: tuple[Place, ...] = ()
    """Where the words stand that a sentence from fields rests on."""


def answer_about(db: Database, item_id: int, lang: str = "en") -> PosterAnswer:
    """The sentence about a poster, at once: a model's, where one was asked in this language and has answered about
    these photos, else from the fields as they stand. Raises NotFound."""
    view = load_record(db, item_id)
    for question in reversed(list_questions(db, _photos(db, item_id))):
        if _is_model_answer(question, QUESTION.in_lang(lang)):
            words = question.answer.strip()
            return PosterAnswer(
                sentence=Bilingual(en=words, zh=words), made_from=MadeFrom.MODEL, engine=question.answered_by
            )
    pitch = pitch_of({key: field for key, field in view.fields.items() if field.value is not None})
    return PosterAnswer(sentence=pitch.sentence, made_from=MadeFrom.FIELDS, places=pitch.places)


def _is_model_answer(asked: Asked, text: str) -> bool:
    done = asked.state is QuestionState.DONE and bool(asked.answer.strip())
    return done and asked.text == text and asked.answered_by != EmbeddedEngine.name


def _photos(db: Database, item_id: int) -> tuple[str, ...]:
    return tuple(photo.blob for photo in items.list_photos(db, items.get_item(db, item_id).id))[:MOST_PHOTOS]


def model_for_posters(db: Database, settings: Settings) -> str | None:
    """The model that could answer now: the default engine, or the first of `auto`; None where there is none."""
    chosen = default_engine(db, settings)
    names = [chosen, *AUTO] if chosen in ENGINES else list(AUTO)
    models = (name for name in names if name != EmbeddedEngine.name and available(name, settings).ok)
    return next(models, None)


def ask_model(db: Database, settings: Settings, item_id: int, lang: str, *, by: str) -> int | None:
    """Asks the model for the sentence and returns the question, to be followed as any other
    (`core.reading.questions.follow`); None where no model can be used. Raises NotFound."""
    engine = model_for_posters(db, settings)
    if engine is None:
        return None
    wanted = Ask(blobs=_photos(db, item_id), text=QUESTION.in_lang(lang), engine=engine, item_id=item_id, asked_by=by)
    return ask(db, settings, wanted)
