"""What verified records teach the next reading, and what they must not."""

from __future__ import annotations

import pytest
from sqlite_utils import Database

from core.memory.near import is_near, misread, nearest
from core.records.standing import refresh_judgements
from core.reviewing.bulk import delete_all
from core.reviewing.review import accept_record, reopen_record, reset_field, save_edits
from core.store import decisions, runs
from core.store.decisions import Action, Decision
from core.types import FieldValue, Grade, Kind, Source
from tests.learning import COMPANY, ELSEWHERE, as_fields, gtin, read_item, recalled, remembered, verified
from tests.unit.printed import line

BRAND, MISREAD = "麦朵叮", "麦朵町"


def teach(db: Database, times: int = 2, company: str = COMPANY, **fields: str) -> list[int]:
    """Verified records of different products of a company, read as these fields and left so."""
    return [verified(db, as_fields(gtin=gtin(n, company), **fields)) for n in range(times)]


# Near-misses


@pytest.mark.parametrize(
    ("read", "known", "near"),
    [
        ("麦朵町", "麦朵叮", True),
        ("麦町", "麦叮", False),  # of two characters one misread leaves nothing to know it by
        ("0atly", "Oatly", False),  # a digit is never near
        ("Oatiy", "Oatly", True),
        ("Oats", "Oaty", False),
        ("阴凉千燥处存放", "阴凉干燥处存放", True),
        ("25℃以下阴凉处", "15℃以下阴凉处", False),
        ("江屿省麦城市谷仓街66号", "江屿省麦城市合仓街66号", True),
        ("江屿省麦城市谷仓街66号", "江屿省麦城市谷仓街68号", False),
        ("海盐苏打饼干", "香葱苏打饼干", False),
        ("", "麦朵叮", False),
    ],
)
def test_a_reading_is_near_where_few_letters_and_no_digit_differ(read: str, known: str, near: bool) -> None:
    assert is_near(read, known) is near


def test_a_reading_between_two_known_values_is_near_to_neither() -> None:
    assert nearest("麦朵口", ["麦朵叮", "麦朵町"]) is None
    assert nearest("麦朵口", ["麦朵叮", "山禾坊"]) == "麦朵叮"


@pytest.mark.parametrize(
    ("read", "meant", "pairs"),
    [
        ("优惠卷", "优惠券", [("卷", "券")]),
        ("GB/T 2O981", "GB/T 20981", [("O", "0")]),
        ("净含量 800g", "净含量 600g", [("8", "6")]),
        ("oatly", "OATLY", []),
        ("阴凉处", "请置于阴凉处保存", []),
        ("香葱饼干", "老坛酸菜牛肉面", []),
        ("", "优惠券", []),
    ],
)
def test_misread_characters_are_told_from_other_texts(read: str, meant: str, pairs: list[tuple[str, str]]) -> None:
    assert list(misread(read, meant)) == pairs


# What is recalled


def test_a_near_miss_of_a_brand_that_verified_records_show_becomes_that_brand(db: Database) -> None:
    teach(db, brand=BRAND)
    assert recalled(db, as_fields(brand=MISREAD)) == {"brand": BRAND}


def test_one_record_is_enough_for_its_own_company_and_too_little_for_others(db: Database) -> None:
    teach(db, 1, brand=BRAND)
    assert recalled(db, as_fields(brand=MISREAD)) == {}
    assert recalled(db, as_fields(gtin=gtin(50, ELSEWHERE), brand=MISREAD)) == {}
    assert recalled(db, as_fields(gtin=gtin(50), brand=MISREAD)) == {"brand": BRAND}


def test_a_remembered_value_says_so_and_keeps_what_was_printed(db: Database) -> None:
    teach(db, 3, brand=BRAND)
    value = remembered(db, as_fields(brand=MISREAD), "brand")
    assert Source.HISTORY in value.sources and value.grade is Grade.MEDIUM and value.raw == MISREAD
    assert [finding.rule for finding in value.findings] == ["history"]
    assert MISREAD in value.findings[0].message.en and MISREAD in value.findings[0].message.zh
    assert value.alternatives[0]["value"] == MISREAD


def test_a_weak_reading_does_not_become_stronger_by_memory(db: Database) -> None:
    teach(db, 3, brand=BRAND)
    assert remembered(db, as_fields(grade=Grade.LOW, brand=MISREAD), "brand").grade is Grade.LOW


def test_a_value_that_people_verified_is_never_taken_for_a_misreading(db: Database) -> None:
    teach(db, 5, brand=BRAND)
    verified(db, as_fields(gtin=gtin(1, ELSEWHERE), brand=MISREAD))
    assert recalled(db, as_fields(brand=MISREAD)) == {}


def test_what_a_reading_became_twice_it_becomes_again(db: Database) -> None:
    for number in range(2):
        verified(db, as_fields(gtin=gtin(number), name="香浓丝滑"), name="纯牛奶")
    assert recalled(db, as_fields(name="香浓丝滑")) == {"name": "纯牛奶"}


def test_a_reading_that_became_different_things_is_left_alone(db: Database) -> None:
    verified(db, as_fields(gtin=gtin(1), name="香浓丝滑"), name="纯牛奶")
    verified(db, as_fields(gtin=gtin(1, ELSEWHERE), name="香浓丝滑"), name="巧克力")
    assert recalled(db, as_fields(name="香浓丝滑")) == {}
    assert recalled(db, as_fields(gtin=gtin(7), name="香浓丝滑")) == {"name": "纯牛奶"}


def test_product_names_are_no_lexicon(db: Database) -> None:
    teach(db, 4, name="原味海苔脆片")
    assert recalled(db, as_fields(gtin=gtin(60), name="咸味海苔脆片")) == {}


def test_amounts_are_never_replaced(db: Database) -> None:
    verified(db, as_fields(gtin=gtin(1), net_content="500 g"))
    assert recalled(db, as_fields(gtin=gtin(1), net_content="800 g")) == {}


def test_records_of_the_same_product_fill_what_was_not_read_but_no_dates(db: Database) -> None:
    known = {"brand": BRAND, "name": "曲奇", "net_content": "160 g", "production_date": "2026-05-01"}
    verified(db, as_fields(gtin=gtin(1), **known))
    filled = recalled(db, as_fields(gtin=gtin(1)))
    assert filled == {"brand": BRAND, "name": "曲奇", "net_content": "160 g"}
    value = remembered(db, as_fields(gtin=gtin(1)), "name")
    assert (value.sources, value.grade, value.raw) == ((Source.HISTORY,), Grade.LOW, None)


def test_the_company_behind_a_barcode_fills_its_brand(db: Database) -> None:
    teach(db, 2, brand=BRAND)
    assert recalled(db, as_fields(gtin=gtin(70))) == {"brand": BRAND}
    assert recalled(db, as_fields(gtin=gtin(70, ELSEWHERE))) == {}


def test_a_brand_that_the_photo_shows_is_boxed_there(db: Database) -> None:
    teach(db, 2, brand=BRAND)
    value = remembered(db, as_fields(gtin=gtin(70)), "brand", line("新品上市", 0, 0), line(f"{BRAND}食品", 10, 50))
    assert value.box == line(f"{BRAND}食品", 10, 50).box and value.lines == (1,)
    assert (value.sources, value.grade) == ((Source.OCR, Source.HISTORY), Grade.MEDIUM)


def test_a_company_with_several_brands_fills_none(db: Database) -> None:
    teach(db, 3, brand=BRAND)
    verified(db, as_fields(gtin=gtin(40), brand="山禾坊"))
    assert recalled(db, as_fields(gtin=gtin(70))) == {}


def test_what_a_person_says_is_not_on_the_label_fills_nothing(db: Database) -> None:
    for number in range(3):
        verified(db, as_fields(gtin=gtin(number), brand="净含量"), brand="")
    assert "brand" not in recalled(db, as_fields(gtin=gtin(70)))


@pytest.mark.parametrize(
    ("taught", "read", "becomes"),
    [
        ([("满减优惠卷", "满减优惠券")] * 3, "新人优惠卷", "新人优惠券"),
        ([("满减优惠卷", "满减优惠券")] * 2, "新人优惠卷", None),
        ([("满减优惠卷", "满减优惠券")] * 3 + [("卷心菜", "卷心菜")], "新人优惠卷", None),
        ([("规格860", "规格660")] * 5, "型号880", None),
    ],
    ids=["three times and never otherwise", "twice only", "the character is often right", "a digit"],
)
def test_a_character_is_put_right_only_where_it_is_always_wrong(
    db: Database, taught: list[tuple[str, str]], read: str, becomes: str | None
) -> None:
    for number, (wrong, right) in enumerate(taught):
        verified(db, as_fields(gtin=gtin(number), category=f"{wrong}{'甲乙丙丁戊己'[number]}"),
                 category=f"{right}{'甲乙丙丁戊己'[number]}")  # fmt: skip
    assert recalled(db, as_fields(category=read)) == ({"category": becomes} if becomes else {})


def test_ads_learn_from_ads_and_not_from_products(db: Database) -> None:
    teach(db, 3, brand=BRAND)
    assert recalled(db, as_fields(Kind.AD, brand=MISREAD), kind=Kind.AD) == {}
    for _ in range(2):
        verified(db, as_fields(Kind.AD, brand=BRAND), Kind.AD)
    assert recalled(db, as_fields(Kind.AD, brand=MISREAD), kind=Kind.AD) == {"brand": BRAND}


# Forgetting


@pytest.mark.parametrize(
    "act",
    [
        lambda db, item: reopen_record(db, item, reviewer="bea"),
        lambda db, item: reset_field(db, item, "brand", reviewer="bea"),
        lambda db, item: delete_all(db, [item], reviewer="bea"),
        lambda db, item: save_edits(db, item, {"brand": "山禾坊"}, reviewer="bea"),
    ],
    ids=["reopened", "taken back", "deleted", "corrected otherwise"],
)
def test_what_no_longer_stands_stops_teaching_at_once(db: Database, act: object) -> None:
    item = verified(db, as_fields(gtin=gtin(1), brand="口口口"), brand=BRAND)
    assert recalled(db, as_fields(gtin=gtin(9), brand="口口口")) == {"brand": BRAND}
    act(db, item)  # type: ignore[operator]
    assert recalled(db, as_fields(gtin=gtin(9), brand="口口口")).get("brand") != BRAND


def test_a_record_that_waits_teaches_nothing(db: Database) -> None:
    item = read_item(db, as_fields(gtin=gtin(1), brand=BRAND))
    save_edits(db, item, {"brand": "山禾坊"}, reviewer="ann")
    assert recalled(db, as_fields(gtin=gtin(2))) == {}


def test_a_record_is_no_witness_for_itself(db: Database) -> None:
    item = verified(db, as_fields(gtin=gtin(1), brand=BRAND))
    assert recalled(db, as_fields(gtin=gtin(1)), item_id=item) == {}


def test_what_was_accepted_without_a_look_teaches_nothing(db: Database) -> None:
    item = read_item(db, as_fields(gtin=gtin(1), brand=BRAND, name="曲奇"))
    prediction = runs.latest_prediction(db, item)
    assert prediction is not None
    unseen = Decision(
        item_id=item, prediction_id=prediction.id, field="brand", action=Action.AUTO,
        before=prediction.fields["brand"], after=prediction.fields["brand"], reviewer="rule",
    )  # fmt: skip
    decisions.add_decision(db, unseen)
    accept_record(db, item, reviewer="ann")
    assert recalled(db, as_fields(gtin=gtin(1))) == {"name": "曲奇"}


def test_verified_values_and_earlier_predictions_stay_as_they_were(db: Database) -> None:
    first = verified(db, as_fields(gtin=gtin(1), brand=MISREAD))
    waiting = read_item(db, as_fields(gtin=gtin(2), brand="麦朵订"))
    before = runs.latest_prediction(db, waiting)
    teach(db, 3, brand=BRAND)
    assert runs.latest_prediction(db, waiting) == before
    assert runs.latest_prediction(db, first).fields["brand"].value == MISREAD  # type: ignore[union-attr]
    row = db.conn.execute("SELECT brand FROM records WHERE item_id = ?", (first,)).fetchone()
    assert row["brand"] == MISREAD


# Contradictions


def test_records_of_one_product_that_contradict_each_other_teach_neither_side_until_settled(db: Database) -> None:
    verified(db, as_fields(gtin=gtin(1), name="曲奇", brand=BRAND))
    other = verified(db, as_fields(gtin=gtin(1), name="曲奇"), name="燕麦曲奇", brand=BRAND)
    assert recalled(db, as_fields(gtin=gtin(1))) == {"brand": BRAND}
    save_edits(db, other, {"name": "曲奇"}, reviewer="bea")
    assert recalled(db, as_fields(gtin=gtin(1))) == {"brand": BRAND, "name": "曲奇"}


def test_case_and_spaces_are_no_contradiction(db: Database) -> None:
    verified(db, as_fields(gtin=gtin(1), brand="Oat Works"))
    verified(db, as_fields(gtin=gtin(1), brand="OAT WORKS"))
    assert recalled(db, as_fields(gtin=gtin(1))) == {"brand": "OAT WORKS"}


# What the machine read counts, not what memory made of it


def test_a_value_from_memory_teaches_again_what_the_machine_had_read(db: Database) -> None:
    teach(db, 2, brand=BRAND)
    proposed = as_fields(gtin=gtin(5)) | {"brand": remembered(db, as_fields(brand=MISREAD), "brand")}
    item = verified(db, proposed)
    row = db.conn.execute("SELECT read, taught FROM lessons WHERE item_id = ? AND field = 'brand'", (item,)).fetchone()
    assert (row["read"], row["taught"]) == (MISREAD, BRAND)


def test_a_gap_filled_by_memory_was_read_as_nothing(db: Database) -> None:
    teach(db, 2, brand=BRAND)
    proposed = as_fields(gtin=gtin(5)) | {"brand": remembered(db, as_fields(gtin=gtin(5)), "brand")}
    item = verified(db, proposed)
    row = db.conn.execute("SELECT read, taught FROM lessons WHERE item_id = ? AND field = 'brand'", (item,)).fetchone()
    assert (row["read"], row["taught"]) == ("", BRAND)


def test_records_verified_before_memory_existed_are_made_up_for(db: Database) -> None:
    teach(db, 2, brand=BRAND)
    for table in ("lessons", "judged_fields", "judged_records", "confusions"):
        db.conn.execute(f"DELETE FROM {table}")
    db.conn.commit()
    assert recalled(db, as_fields(brand=MISREAD)) == {}
    assert refresh_judgements(db, limit=1) == 1
    while refresh_judgements(db):
        pass
    assert recalled(db, as_fields(brand=MISREAD)) == {"brand": BRAND}


def test_memory_survives_values_of_any_shape(db: Database) -> None:
    teach(db, 2, brand=BRAND)
    odd = {
        key: FieldValue(value=value) for key, value in {"brand": "", "claims": [], "nutrition": "?", "name": 7}.items()
    }
    assert recalled(db, odd) == {}
