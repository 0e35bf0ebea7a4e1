"""What is kept about a person can be had, and unlinked from the name, without touching the records."""

from __future__ import annotations

import io
import json
import re

import pytest
from sqlite_utils import Database

from core.access.personal import DERIVED, SIGNED, count_signed, erase_person, export_person, list_people
from core.autoaccept import refresh_offers, turn_on
from core.autoaccept.audit import ITSELF
from core.errors import NotFound
from core.reviewing.review import accept_record, reopen_record
from core.store import claims
from core.store.autoaccept import end_rule
from core.store.records import find_record
from core.types import Bilingual
from pages.components.i18n import catalogue
from tests.learning import as_fields, read_item, verified
from tests.unit.learning.test_autoaccept import judge

NO_PERSON = {("posters", "made_by"), ("questions", "answered_by")}
"""Columns that look like it and name a version or an engine."""


def test_every_column_that_names_a_person_is_known(db: Database) -> None:
    signed = {(table, column) for table, columns in SIGNED.items() for column in columns}
    named = {
        (table, column.name)
        for table in db.table_names()
        for column in db[table].columns
        if re.search(r"(^|_)by$|^reviewer$|^user$|^email$", column.name)
    }
    assert named - NO_PERSON == signed


def test_every_table_is_called_something_in_both_languages() -> None:
    for table in SIGNED.keys() - DERIVED:
        assert f"feedback.signed_{table}" in catalogue()


def exported(db: Database, name: str) -> dict[str, list[dict[str, object]]]:
    out = io.BytesIO()
    export_person(db, name, out=out)
    return json.loads(out.getvalue())  # type: ignore[no-any-return]


def test_what_a_person_signed_is_handed_over_and_nobody_elses(db: Database) -> None:
    verified(db, as_fields(name="A"), reviewer="ann", name="B")
    verified(db, as_fields(name="A"), reviewer="bea")
    data = exported(db, "ann")
    assert data["person"] == "ann" and {row["reviewer"] for row in data["decisions"]} == {"ann"}
    assert data["decisions"][0]["after"]["value"] == "B"  # type: ignore[index]
    assert len(data["verdicts"]) == 1


def test_erasing_leaves_records_and_takes_name_times_and_claims(db: Database) -> None:
    item = read_item(db, as_fields(name="A"))
    accept_record(db, item, {"name": "B"}, reviewer="ann", seconds=12.0)
    claims.take_item(db, read_item(db, as_fields(name="C")), "ann")
    before = find_record(db, item)
    erased = erase_person(db, "ann")
    assert erased.rows == {"decisions": 1, "verdicts": 1, "claims": 1}
    assert find_record(db, item) == before
    assert list_people(db) == [] and count_signed(db, "ann") == {}
    for table, columns in SIGNED.items():
        for column in columns:
            assert db.conn.execute(f"SELECT COUNT(*) FROM {table} WHERE {column} = 'ann'").fetchone()[0] == 0
    row = db.conn.execute("SELECT reviewer, seconds FROM verdicts").fetchone()
    assert (row["reviewer"], row["seconds"]) == (erased.pseudonym, None)


def test_two_erased_people_stay_two(db: Database) -> None:
    item = verified(db, as_fields(name="A"), reviewer="ann")
    reopen_record(db, item, reviewer="bea")
    accept_record(db, item, reviewer="bea")
    assert {erase_person(db, name).pseudonym for name in ("ann", "bea")} == {"erased-1", "erased-2"}


def test_a_name_nobody_signed_with_is_said_to_be_unknown(db: Database) -> None:
    with pytest.raises(NotFound, match="zoe"):
        erase_person(db, "zoe")
    with pytest.raises(NotFound, match="zoe"):
        export_person(db, "zoe", out=io.BytesIO())


def test_shelflens_itself_is_no_person_to_erase(db: Database) -> None:
    judge(db, 400, 400)
    refresh_offers(db)
    rule = turn_on(db, "product", "ocr", "brand", 0.05, reviewer="ann")
    end_rule(db, rule.id, by=ITSELF, why=Bilingual(en="Too many were wrong.", zh="错误过多。"))
    assert list_people(db) == ["ann"]
    with pytest.raises(NotFound, match=ITSELF):
        erase_person(db, ITSELF)
