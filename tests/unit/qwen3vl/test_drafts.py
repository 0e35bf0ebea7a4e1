"""What the answer will probably say next, from what the embedded reader has read."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engines.base import EngineInput
from core.engines.language.answers import write_answer
from core.engines.qwen3vl.drafts import AnswerDrafter, KeyCursor, Squashed, TextDrafter, draft_tokens
from core.engines.qwen3vl.inputs import Vocabulary
from core.engines.qwen3vl.reading import answer_drafter
from core.schema import load_schema
from core.types import FieldValue, Kind, Line, Readings
from tests.tiny.pictures import noise

EXPECTED = (
    ("brand", '"Acme Foods"'),
    ("name", '"原味燕麦片"'),
    ("net_content", "null"),
    ("claims", '["Whole grain","No sugar"]'),
    ("nutrition", '{"per":"100g","rows":["能量: 1850 kJ, 22%","蛋白质: 8.0 g, 13%"]}'),
    ("notes", '"a \\"b\\" \\\\ c"'),
)
LINES = (
    "Acme Foods Ltd.",
    "净含量：500克",
    "保质期 12 个月",
    "Nowsugarfree",
    'Say "oats" daily',
    "Whole grain oats 35 %",
)
WHOLE = "{" + ",".join(f'"{key}":{value}' for key, value in EXPECTED) + "}"


def propose(said: str, *, whole: bool = False) -> str:
    """The continuation, up to 24 characters of it."""
    proposed = AnswerDrafter(EXPECTED, LINES).propose(said)
    return proposed if whole else proposed[:24]


TABLE = [
    ("start", "", '{"brand":"Acme Foods","na'),
    ("within the first key", '{"bra', 'nd":"Acme Foods","name":"'),
    ("at a value", '{"brand":', '"Acme Foods","name":"原味燕麦片'),
    ("within a value", '{"brand":"Acme', ' Foods","name":"原味燕麦片","'),
    ("two letters", '{"brand":"x","net_content":"Wh', 'ole grain oats 35 %'),
    ("within Chinese", '{"brand":null,"name":"原味', '燕麦片","net_content":null,'),
    ("at null", '{"brand":"x","name":null,"net_content":', 'null,"claims":["Whole grai'),
    ("a list", '{"brand":"x","claims":["Whole grain",', '"No sugar"],"nutrition":{'),
    ("a list's next entry", '{"brand":"x","claims":["Whole grain","No', ' sugar"],"nutrition":{"pe'),
    ("a table", '{"brand":"x","nutrition":{"per":"100g","rows":["能量: 1850 kJ, 22%",', '"蛋白质: 8.0 g, 13%"]},"not'),
    ("a quote within a value", '{"brand":"x","notes":"a \\"b', '\\" \\\\ c"}'),
    ("after a wrong value the next key is right again", '{"brand":"Other","name":', '"原味燕麦片","net_content":nu'),
    ("spaces between keys", '{"brand": "Acme Foods", "net_content":', 'null,"claims":["Whole gra'),
    ("a printed line where the value was not expected", '{"brand":"x","net_content":"净含', "量：500克"),
    ("a wrong value that goes on as printed", '{"brand":"保质期', " 12 个月"),
    ("a printed line with its quotes escaped", '{"brand":"x","name":"Say \\"oats', '\\" daily'),
    ("an entry left out", '{"brand":"x","claims":["No su', 'gar"]'),
    ("a table row left out", '{"brand":"x","nutrition":{"per":null,"rows":["蛋白质: ', '8.0 g, 13%"]}'),
    ("after the last key", WHOLE, ""),
]  # fmt: skip


@pytest.mark.parametrize(("said", "goes_on"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_a_draft_goes_on_as_expected(said: str, goes_on: str) -> None:
    assert propose(said) == goes_on[:24]


NOTHING = [
    ("one Latin letter says too little", '{"brand":"x","net_content":"N'),
    ("so does a digit", '{"brand":"x","net_content":"5'),
    ("and a mark", '{"brand":"x","net_content":":'),
    ("words that are nowhere", '{"brand":"x","name":"Quux'),
    ("a key of which nothing is known, at its start", '{"colour":'),
    ("prose", "I cannot see a label."),
    ("the end of a line has nothing behind it", '{"brand":"x","name":"Acme Foods Ltd.'),
]


@pytest.mark.parametrize("said", [row[1] for row in NOTHING], ids=[row[0] for row in NOTHING])
def test_where_nothing_is_known_nothing_is_proposed(said: str) -> None:
    assert propose(said) == ""


@pytest.mark.parametrize("cut", range(0, len(WHOLE), 7))
def test_the_expected_answer_is_proposed_from_any_place(cut: int) -> None:
    proposed = propose(WHOLE[:cut], whole=True)
    assert proposed
    assert WHOLE[cut:].startswith(proposed)


@given(said=st.text(st.sampled_from('{}[]":,\\ \nbrandnameAcme原味0'), max_size=60))
def test_any_text_gets_a_draft_without_a_line_end(said: str) -> None:
    assert "\n" not in AnswerDrafter(EXPECTED, LINES).propose(said)


def test_one_drafter_follows_a_growing_answer() -> None:
    drafter, grown = AnswerDrafter(EXPECTED, LINES), []
    text = '{"brand":"Other","name":"原味燕麦片","net_content":"500克"'
    for end in range(len(text)):
        grown.append(drafter.propose(text[:end]))
    assert grown == [AnswerDrafter(EXPECTED, LINES).propose(text[:end]) for end in range(len(text))]


SPACES = [
    ("spaces lost by the reader", "Now sugar ", "free"),
    ("spaces that the reader saw and the model has not", "保质期12", " 个月"),
    ("a space said already is not said again", "Whole ", "grain oats 35 %"),
    ("a space not yet said", "Whole", " grain oats 35 %"),
]


@pytest.mark.parametrize(("said", "goes_on"), [row[1:] for row in SPACES], ids=[row[0] for row in SPACES])
def test_spaces_apart_a_line_is_found(said: str, goes_on: str) -> None:
    assert TextDrafter(LINES).propose(said) == goes_on


@pytest.mark.parametrize("said", ["", "W", "Wh", "ab", "5", "50", "  ", "...", "Ltd.\n净"])
def test_free_words_need_three_characters_of_a_line(said: str) -> None:
    assert TextDrafter(LINES).propose(said) == ""


def test_free_words_go_on_as_the_line_they_quote() -> None:
    assert TextDrafter(LINES).propose("The label says: Whole gr") == "ain oats 35 %"
    assert TextDrafter(LINES).propose("标签上写着净含量") == "：500克"
    assert TextDrafter(()).propose("The label") == ""


def test_the_longest_end_wins_over_a_later_place() -> None:
    assert Squashed("red apple pie\ngreen apple tart").after("red apple") == " pie"
    assert Squashed("red apple pie\ngreen apple tart").after("an apple") == " tart"


CURSOR = [
    ('{"brand":', ("brand", 9)),
    ('{"brand"', (None, 0)),
    ('{"brand":"a: b","na', ("brand", 9)),
    ('{"brand":"a","name":null', ("name", 20)),
    ('{"brand":{"per":"100g","rows":[', ("brand", 9)),
    ('{"brand":{"per":{"x":1}},"name":[', ("name", 32)),
    ('{"brand":["a:b","c{d"],"name":', ("name", 30)),
    ('{"brand":"a\\"b:\\\\","name":"', ("name", 26)),
    ('{"a\\"b":1', ('a\\"b', 8)),
    ('["brand":1', ("brand", 9)),
    ("no JSON: at all", (None, 0)),
    ("", (None, 0)),
]


@pytest.mark.parametrize(("text", "found"), CURSOR, ids=[text for text, _ in CURSOR])
def test_the_cursor_knows_the_key_it_stands_in(text: str, found: tuple[str | None, int]) -> None:
    assert KeyCursor().find(text) == found


@pytest.mark.parametrize("text", [text for text, _ in CURSOR])
def test_the_cursor_says_the_same_character_by_character(text: str) -> None:
    cursor = KeyCursor()
    assert [cursor.find(text[:end]) for end in range(len(text) + 1)] == [
        KeyCursor().find(text[:end]) for end in range(len(text) + 1)
    ]


VALUES = st.recursive(
    st.none() | st.text(st.sampled_from('ab":,{}[]\\\n净'), max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(("per", "rows")), inner, max_size=2),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(("brand", "name", "net", "名称")), VALUES, min_size=1))
def test_the_cursor_finds_every_key_of_any_object(record: dict[str, object]) -> None:
    text, cursor, found = json.dumps(record, ensure_ascii=False, separators=(",", ":")), KeyCursor(), []
    for end in range(len(text) + 1):
        key, start = cursor.find(text[:end])
        if key is not None and (key, start) not in found:
            found.append((key, start))
    assert [key for key, _ in found] == list(record)
    for key, start in found:
        assert json.JSONDecoder().raw_decode(text[start:])[0] == record[key]


def test_drafts_of_a_photo_are_what_a_perfect_model_would_say() -> None:
    """The embedded engine's proposals in the form of the answer, null for what it has not found."""
    schema = load_schema(Kind.PRODUCT)
    proposed = {"brand": FieldValue(value="燕麦工坊", raw="燕麦工坊"), "net_content": FieldValue(value=500.0, unit="g")}
    lines = (Line(text="净含量：500克", box=(0.0, 0.0, 9.0, 9.0), score=0.9),)
    seen = EngineInput(noise(64, 64), Readings(width=64, height=64, lines=lines), schema, proposed=proposed)
    for keys in (None, ("net_content", "brand")):
        whole, said = write_answer(schema, proposed, keys), ""
        drafter = answer_drafter(seen, keys)
        while rest := drafter.propose(said):
            said += rest
        assert said == whole


def test_the_rest_of_a_character_is_drafted_where_the_tokenizer_cuts_it_there(vocabulary: Vocabulary) -> None:
    ids = vocabulary.encode("龘x")
    pieces = [vocabulary.token_bytes[number] for number in ids]
    assert len(ids) > 2
    for said in range(len(ids) - 1):
        pending = b"".join(pieces[:said])
        assert draft_tokens("龘x", pending, vocabulary.encode, vocabulary.token_bytes) == ids[said:]


@pytest.mark.parametrize("pending", [b"\xe9\xbe", b"\xff", "燕".encode()[:1], b"\xe9\xbe\x98y"])
def test_where_the_tokenizer_cuts_elsewhere_nothing_is_drafted(pending: bytes, vocabulary: Vocabulary) -> None:
    pieces = vocabulary.token_bytes
    starts = [b"".join(pieces[number] for number in vocabulary.encode("龘x")[:count]) for count in range(4)]
    if pending not in starts:
        assert draft_tokens("龘x", pending, vocabulary.encode, pieces) == []


def test_no_continuation_has_no_tokens(vocabulary: Vocabulary) -> None:
    assert draft_tokens("", b"", vocabulary.encode, vocabulary.token_bytes) == []
    assert draft_tokens("", b"\xe9", vocabulary.encode, vocabulary.token_bytes) == []
