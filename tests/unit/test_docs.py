"""The documents say what the program does, and the texts of the pages exist in both languages."""

from __future__ import annotations

import argparse
import os
import re
import tomllib
from pathlib import Path

import pytest

from core.cli import build_parser
from core.schema import load_schema
from core.settings import ROOT, Settings
from core.types import Kind

README = (ROOT / "README.md").read_text("utf-8")
FIELDS = ROOT / "docs" / "fields.md"
UPDATE = os.environ.get("SHELFLENS_UPDATE_SNAPSHOTS") == "1"


def commands() -> dict[str, argparse.ArgumentParser]:
    actions = [action for action in build_parser()._actions if isinstance(action, argparse._SubParsersAction)]
    return dict(actions[0].choices)


@pytest.mark.parametrize("name", list(commands()))
def test_every_command_stands_in_the_readme_and_explains_its_options(name: str) -> None:
    assert f"python -m core {name}" in README
    for action in commands()[name]._actions:
        assert action.help or action.choices, f"{name}: {action.dest} has no help"


@pytest.mark.parametrize("name", list(Settings.model_fields))
def test_every_setting_stands_in_the_readme_with_its_default(name: str) -> None:
    row = re.search(rf"^\| `SHELFLENS_{name.upper()}` \| (.*?) \|", README, re.MULTILINE)
    assert row, f"SHELFLENS_{name.upper()} is missing from the README's table"
    default = Settings.model_fields[name].default
    if isinstance(default, bool | int | float):
        shown = str(default).lower() if isinstance(default, bool) else f"{default:g}"
        assert row[1].strip("`") == shown


@pytest.mark.parametrize("target", re.findall(r"^#   make (\w+)", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
def test_every_make_target_named_in_its_head_exists(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("path", [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))], ids=lambda p: p.name)
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", path.read_text("utf-8")):
        if "://" not in target:
            assert (path.parent / target).exists(), f"{path.name} links to {target}"


def field_table() -> str:
    parts = ["# Fields\n\nMade from `data/schemas/*.toml`; see [how to add a field](how-to/add-a-field.md).\n"]
    for kind in Kind:
        schema = load_schema(kind)
        parts.append(f"\n## {kind.value}\n\n| key | English | 中文 | type | group |\n|---|---|---|---|---|\n")
        parts += [f"| `{s.key}` | {s.en} | {s.zh} | {s.type.value} | {s.group} |\n" for s in schema.fields]
    return "".join(parts)


def test_the_field_table_is_that_of_the_schemas() -> None:
    if UPDATE:
        FIELDS.write_text(field_table(), "utf-8")
    assert FIELDS.read_text("utf-8") == field_table()


def test_snapshots_are_not_being_rewritten_in_ci() -> None:
    assert not (UPDATE and os.environ.get("CI"))


TEXTS = sorted((ROOT / "pages" / "text").glob("*.toml"))


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_every_text_has_both_languages_with_the_same_placeholders(path: Path) -> None:
    for key, entry in tomllib.loads(path.read_text("utf-8")).items():
        assert set(entry) == {"en", "zh"}, f"{path.stem}.{key}"
        assert all(entry.values()), f"{path.stem}.{key} is empty"
        holes = [set(re.findall(r"{(\w+)", entry[lang])) for lang in ("en", "zh")]
        assert holes[0] == holes[1], f"{path.stem}.{key}: {holes}"


def test_every_text_a_page_names_exists() -> None:
    known = {f"{path.stem}.{key}" for path in TEXTS for key in tomllib.loads(path.read_text("utf-8"))}
    named = {
        (name, str(path.relative_to(ROOT)))
        for path in (ROOT / "pages").rglob("*.py")
        for name in re.findall(r'\bt\(\s*"([\w.]+)"', path.read_text("utf-8"))
    }
    assert {entry for entry in named if entry[0] not in known} == set()


def test_every_key_of_the_review_page_stands_in_its_document() -> None:
    from pages.components.sheet import KEYS, MORE_KEYS

    document = (ROOT / "docs" / "keyboard.md").read_text("utf-8")
    assert [key for key in [*KEYS.values(), *MORE_KEYS.values()] if f"`{key}`" not in document] == []
