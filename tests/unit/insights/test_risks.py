"""Wording to have checked: what rules say of posters is counted, and leads to the posters and the words."""

from __future__ import annotations

import io
import zipfile

from sqlite_utils import Database

from core.insights import AdFilters, behind, choose, tally, wordings_on
from core.insights.poster import describe_poster
from core.insights.risks import list_risks, risks
from core.insights.words import RISKS
from core.report import csv_archive, list_tables
from core.reviewing.review import load_record
from core.rules import RULES
from core.store.statements import WORDING_RULES
from core.types import FieldValue
from tests.unit.insights.posters import everything, points, poster, said


def test_words_that_rules_speak_of_are_listed_with_what_is_said_of_them(db: Database) -> None:
    older = poster(db, "Lumina", headline="全网第一的耳机")
    newer = poster(db, "Lumina", selling_points=said("国家级品质", "全网第一"))
    poster(db, "云衫", headline="第一步，先试穿", selling_points=said("100%桑蚕丝"))
    found = {(one.competitor, one.text): one for one in list_risks(everything(db))}
    assert set(found) == {("Lumina", "全网第一"), ("Lumina", "国家级")}
    first = found["Lumina", "全网第一"]
    assert (first.rule, first.posters, first.item_id) == ("ad_wording", 2, newer)
    assert first.message.zh.startswith("“全网第一”属于绝对化用语") and "全网第一" in first.message.en
    assert behind(risks(everything(db)), [{"competitor": "Lumina", "rule": first.rule, "phrase": first.phrase}]) == {
        older,
        newer,
    }


def test_term_that_the_list_of_terms_repeats_is_said_once_and_boxed_in_the_copy(db: Database) -> None:
    entry = {"text": "全网第一的品质", "theme": "craft", "box": [10, 20, 90, 40]}
    item = poster(
        db, selling_points=[entry], compliance=FieldValue(value=["全网第一"], box=(1, 1, 2, 2)), headline="新品"
    )
    ads = everything(db)
    counted = tally(risks(ads), ("rule", "phrase"))
    assert counted["posters"].tolist() == [1]
    mark = {"phrase": counted["phrase"].iloc[0]}
    assert wordings_on(risks(ads), [mark], [item]) == {item: [("全网第一", (10.0, 20.0, 90.0, 40.0))]}
    flags = next(part for part in describe_poster(load_record(db, item).fields) if part.key == "flags")
    assert [piece.text for piece in flags.pieces] == ["全网第一的品质"]


def test_discount_that_does_not_add_up_is_one_of_them_and_a_doubtful_reading_is_not(db: Database) -> None:
    poster(
        db,
        promotion=[{"text": "5折", "kind": "discount", "unit_discount": 0.5}],
        price=[
            {"value": 180, "currency": "CNY", "kind": "current"},
            {"value": 200, "currency": "CNY", "kind": "original"},
        ],
    )
    poster(
        db,
        price=[
            {"value": 300, "currency": "CNY", "kind": "current"},
            {"value": 200, "currency": "CNY", "kind": "original"},
        ],
    )
    assert [(one.rule, one.text, one.posters) for one in list_risks(everything(db))] == [
        ("promotion_arithmetic", "5折", 1)
    ]


def test_filters_and_report_keep_to_the_posters_they_keep(db: Database) -> None:
    poster(db, "Lumina", headline="全网第一的耳机")
    poster(db, "拾味", headline="国家级辣酱")
    ours = choose(db, AdFilters(side="own"), ["拾味"])
    assert [one.text for one in list_risks(ours)] == ["国家级"]
    with zipfile.ZipFile(io.BytesIO(csv_archive(list_tables(ours, ours, "zh"), "zh"))) as archive:
        name = next(name for name in archive.namelist() if name.endswith("risks.csv"))
        lines = archive.read(name).decode("utf-8-sig").splitlines()
    assert len(lines) == 2 and lines[1].startswith("国家级,绝对化用语,拾味,")


def test_poster_without_such_words_has_none(db: Database) -> None:
    poster(db, selling_points=points("health"))
    assert list_risks(everything(db)) == [] and risks(everything(db)).posters == 0


def test_every_rule_of_wording_exists_and_has_a_name() -> None:
    assert set(WORDING_RULES) == set(RISKS) and set(WORDING_RULES) <= {rule.id for rule in RULES}
