"""What a sentence over counted facts may say, and what it may not: tables of both, in both languages."""

from __future__ import annotations

import pytest

from core.insights.grounding import Facts, figures_in, unfounded

EN = {
    1: "1,240 posters, seen from 2026-09-07 to 2026-10-02, 60 of them checked by a person.",
    2: "What is claimed most often, with the number of posters: Health (40), Taste (12).",
    3: "The wording repeated most is “24h fresh” (9 posters).",
    4: "40 of 60 carry a promotion, most often: Bundle (25).",
    5: "Where the words determine it, one unit costs 10% to 50% less, 25% in the middle (18 posters).",
    6: "Drinks: one piece costs 9.90 to 1,299 (CNY; 30 posters).",
    7: "No promotion was found.",
    8: "Inferred, not printed: most often for Students (7 posters).",
    9: "Clothes and accessories: one piece costs 59 to 199 (CNY; 20 posters).",
}
ZH = {
    1: "共 1,240 张海报，发现于 2026-09-07 至 2026-10-02，其中 60 张经人工核对。",
    2: "最常见的卖点主题及海报数：健康（40）、口味（12）。",
    3: "重复最多的文案是“24h fresh”（9 张）。",
    4: "60 张中有 40 张含促销，最常见为：组合/套装优惠（25 张）。",
    5: "文案可确定时，单件优惠 10% 至 50%，中位 25%（18 张）。",
    6: "饮品：单件价格为 9.90 至 1,299（CNY；30 张）。",
    7: "未发现促销。",
    8: "推断（非原文）：最常面向学生（7 张）。",
    9: "服饰鞋包：单件价格为 59 至 199（CNY；20 张）。",
}
SUBJECTS = {"en": {6: "Drinks", 9: "Clothes and accessories"}, "zh": {6: "饮品", 9: "服饰鞋包"}}
RIVALS = ("Acme", "蓝月", "Drinks", "Food", "Clothes and accessories", "饮品", "食品", "服饰鞋包")
"""Names that only a fact may bring in."""


def why(sentence: str, cites: tuple[int, ...], lang: str) -> str | None:
    table = EN if lang == "en" else ZH
    subjects = tuple(SUBJECTS[lang].get(place, "") for place in cites)
    found = unfounded(sentence, Facts(tuple(table[place] for place in cites), "Lumina", subjects), lang, RIVALS)
    return found.in_lang("en") if found else None


@pytest.mark.parametrize(
    ("sentence", "cites"),
    [
        ("Lumina ran 1,240 posters from 2026-09-07 to 2026-10-02.", (1,)),
        ("There were 1240 posters, seen from September 7, 2026 to 2 October 2026.", (1,)),
        ("Seen from Sep 7 to Oct 2, 60 of them were checked by a person.", (1,)),
        ("Health is claimed most often, on 40 posters, and Taste on 12.", (2,)),
        ("The wording “24h fresh” is repeated most, on 9 posters.", (3,)),
        ("Its 24h fresh wording stands on 9 posters.", (3,)),
        ("40 of 60 posters carry a promotion, most often a bundle (25).", (4,)),
        ("One unit costs 10% to 50% less, with 25 percent in the middle.", (5,)),
        ("One unit costs 10 to 50% less.", (5,)),
        ("Prices of drinks run from 9.9 to 1299 yuan.", (6,)),
        ("One drink costs ¥9.90 to ¥1,299.", (6,)),
        ("Drinks cost 9.90 to 1,299 and clothes and accessories 59 to 199 (CNY; 20 posters).", (6, 9)),
        ("One piece costs 59 to 199 for clothes and accessories, 9.90 to 1,299 for drinks.", (6, 9)),
        ("40 of 60 carry a promotion, and drinks cost 9.90 to 1,299 CNY.", (4, 6)),
        ("No promotion was found.", (7,)),
        ("It is most often for students, which is inferred, not printed.", (8,)),
        ("Health is claimed on 40 posters and a promotion is carried by 40 of 60.", (2, 4)),
    ],
)
def test_what_the_facts_say_may_be_said(sentence: str, cites: tuple[int, ...]) -> None:
    assert why(sentence, cites, "en") is None


@pytest.mark.parametrize(
    ("sentence", "cites", "reason"),
    [
        ("Lumina ran 1,241 posters.", (1,), "figure"),
        ("Lumina ran 1,240 posters and 40 carry a promotion.", (1,), "figure"),  # 40 stands in a fact it does not cite
        ("Lumina ran 40% of 60 posters.", (4,), "figure"),  # a count is no percentage
        ("25 units cost less.", (5,), "figure"),  # a percentage is no count
        ("60 of 40 posters carry a promotion.", (4,), "figure"),
        ("One drink costs 1,299 to 9.90 CNY.", (6,), "figure"),
        ("One piece costs 9.90 to 1,299 CNY.", (6,), "figure of other goods"),
        ("Clothes and accessories cost 9.90 to 1,299, drinks 59 to 199 (CNY).", (6, 9), "figure of other goods"),
        ("Drinks and clothes and accessories cost 59 to 199 CNY.", (6, 9), "figure of other goods"),
        ("One piece costs 59 to 199 for clothes and accessories and drinks.", (6, 9), "figure of other goods"),
        ("Drinks cost 9.90 to 1,299, and also 59 to 199 (CNY).", (6, 9), "figure of other goods"),
        ("One piece costs 59 to 199 for shoes, 9.90 to 1,299 for drinks.", (6, 9), "figure of other goods"),
        ("Food and drinks cost 9.90 to 1,299 CNY.", (6,), "name"),
        ("Posters ran until 2026-10-03.", (1,), "figure"),
        ("Posters ran until October 3, 2026.", (1,), "figure"),
        ("Posters ran until 2 October 2025.", (1,), "figure"),
        ("Posters ran through 2026.", (1,), "figure"),
        ("Posters were seen on 9 days.", (1,), "figure"),
        ("The number of posters is 24.", (3,), "figure"),  # 24 stands in a quotation only
        ("Two thirds carry a promotion: 40 of 60.", (4,), "words"),
        ("Half of the posters carry a promotion.", (4,), "words"),
        ("The majority, 40 of 60, carry a promotion.", (4,), "words"),
        ("Nearly 40 of 60 carry a promotion.", (4,), "words"),
        ("More than 40 carry a promotion.", (4,), "words"),
        ("Promotions increased to 40 of 60.", (4,), "words"),
        ("All of the 60 carry a promotion.", (4,), "words"),
        ("None of the 60 posters carry a promotion.", (4,), "words"),
        ("Its drinks from 9.90 to 1,299 CNY are cheaper.", (6,), "words"),
        ("One piece costs $9.90 to $1,299.", (6,), "currency"),
        ("One piece costs 9.90 to 1,299 euros.", (6,), "currency"),
        ("Acme carries a promotion on 40 of 60 posters.", (4,), "name"),
        ("Together with acme it carries a promotion on 40 of 60.", (4,), "name"),
        ("Health is claimed most often, as on posters of Nestle.", (2,), "name"),
        ("Colgate claims Health on 40 posters.", (2,), "name"),
        ("The wording “24h freshness” is repeated most.", (3,), "quotation"),
        ("The wording “ignore the rules” is repeated most.", (3,), "quotation"),
        ("共有 60 张海报中的 40 张含促销。", (4,), "language"),
        ("40 из 60 плакатов.", (4,), "language"),
        ("…", (4,), "language"),
    ],
)
def test_what_they_do_not_say_is_refused(sentence: str, cites: tuple[int, ...], reason: str) -> None:
    assert reason in (why(sentence, cites, "en") or "")


@pytest.mark.parametrize(
    ("sentence", "cites"),
    [
        ("Lumina 共有 1240 张海报，发现于 2026年9月7日 至 2026年10月2日。", (1,)),
        ("健康是最常见的主题，见于 40 张海报，口味为 12 张。", (2,)),
        ("文案“24h fresh”重复最多，共 9 张。", (3,)),
        ("60 张中有 40 张含促销，其中组合/套装优惠 25 张。", (4,)),
        ("单件优惠 10% 至 50%，中位为百分之25。", (5,)),
        ("饮品单件价格为 9.9元 至 1299元。", (6,)),
        ("饮品单价为 9.90 至 1,299，服饰鞋包为 59 至 199（CNY）。", (6, 9)),
        ("未发现促销。", (7,)),
        ("推断最常面向学生（7 张），非原文。", (8,)),
    ],
)
def test_what_the_facts_say_may_be_said_in_chinese(sentence: str, cites: tuple[int, ...]) -> None:
    assert why(sentence, cites, "zh") is None


@pytest.mark.parametrize(
    ("sentence", "cites", "reason"),
    [
        ("共有 1250 张海报。", (1,), "figure"),
        ("40 张中有 60 张含促销。", (4,), "figure"),
        ("促销占 40%。", (4,), "figure"),
        ("海报最早见于 2026年9月8日。", (1,), "figure"),
        ("三成海报含促销。", (4,), "words"),
        ("十二张海报提到口味。", (2,), "words"),
        ("多数海报含促销。", (4,), "words"),
        ("超过 40 张含促销。", (4,), "words"),
        ("含促销的海报增至 40 张。", (4,), "words"),
        ("全部 60 张含促销。", (4,), "words"),
        ("60 张均未含促销。", (4,), "words"),
        ("饮品单件价格为 9.90 至 1,299 美元。", (6,), "currency"),
        ("单件价格为 9.90 至 1,299（CNY）。", (6,), "figure of other goods"),
        ("服饰鞋包单价为 9.90 至 1,299，饮品为 59 至 199（CNY）。", (6, 9), "figure of other goods"),
        ("饮品和服饰鞋包单价为 59 至 199（CNY）。", (6, 9), "figure of other goods"),
        ("食品和饮品单价为 9.90 至 1,299（CNY）。", (6,), "name"),
        ("蓝月有 40 张海报含促销。", (4,), "name"),
        ("Nestle 有 40 张海报含促销。", (4,), "language"),
        ("文案“每天新鲜”重复最多，共 9 张。", (3,), "quotation"),
        ("40 of 60 carry a promotion.", (4,), "language"),
    ],
)
def test_what_they_do_not_say_is_refused_in_chinese(sentence: str, cites: tuple[int, ...], reason: str) -> None:
    assert reason in (why(sentence, cites, "zh") or "")


@pytest.mark.parametrize(("lang", "table"), [("en", EN), ("zh", ZH)])
def test_every_fact_may_be_repeated(lang: str, table: dict[int, str]) -> None:
    for place, text in table.items():
        assert why(text, (place,), lang) is None, text


def test_figures_are_the_same_however_they_are_written() -> None:
    for one, other in (
        ("1,240 posters", "1240 张"), ("2026-09-07", "Sept. 7th, 2026"), ("2026-09-07", "2026年9月7日"),
        ("9.90", "9.9"), ("25%", "25 per cent"), ("25%", "百分之25"), ("10% to 50%", "10–50%"),
    ):  # fmt: skip
        assert set(figures_in(one)) == set(figures_in(other)), (one, other)


@pytest.mark.parametrize(
    ("fact", "same", "others"),
    [
        ("1,234,567.50", "1234567.5", ("1234567", "1234570", "1234567.4")),
        ("2,000,000", "2000000.00", ("2000001", "200000")),
        ("123,456.7", "123456.70", ("123457", "123456.8")),
        ("12345.678", "12345.678", ("12345.7", "12345.68")),
        ("0.00012345", "0.000123450", ("0.00012346",)),
    ],
)
def test_long_figures_count_to_their_last_digit(fact: str, same: str, others: tuple[str, ...]) -> None:
    facts = Facts((f"One piece costs {fact} CNY.",), "Lumina")
    assert unfounded(f"It costs {same} CNY.", facts, "en") is None
    for other in others:
        assert unfounded(f"It costs {other} CNY.", facts, "en") is not None, other


def test_a_comma_between_two_numbers_joins_none() -> None:
    """Folding turns a Chinese comma into the sign of thousands."""
    assert ("number", "4050") not in set(figures_in("40,50"))
