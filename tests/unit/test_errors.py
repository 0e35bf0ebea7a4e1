"""Errors are told in both languages, and the tree in the head of `core.errors` is the tree of the classes."""

from __future__ import annotations

import re

import pytest

from core import errors
from core.errors import ShelfLensError, UsageError


def classes_below(kind: type[ShelfLensError]) -> list[type[ShelfLensError]]:
    """Those of the package itself: pages and the API have a few of their own."""
    below = [each for each in kind.__subclasses__() if each.__module__.startswith("core.errors.")]
    return below + [deeper for each in below for deeper in classes_below(each)]


CLASSES = classes_below(ShelfLensError)


def tree_of(document: str) -> dict[str, str]:
    """Class -> the class it hangs on, as drawn: each level is four characters deeper."""
    found, above = {}, {0: "ShelfLensError"}
    for bars, name in re.findall(r"^    ((?:│   |    )*[├└]── )(\w+)", document, re.MULTILINE):
        depth = len(bars) // 4
        found[name], above[depth] = above[depth - 1], name
    return found


def test_the_tree_in_the_head_is_that_of_the_classes() -> None:
    assert tree_of(errors.__doc__ or "") == {each.__name__: each.__bases__[0].__name__ for each in CLASSES}


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_error_is_imported_from_the_package_and_told_in_both_languages(kind: type[ShelfLensError]) -> None:
    assert getattr(errors, kind.__name__) is kind
    if kind is not UsageError:  # its sentences are the raiser's own
        assert set(re.findall(r"{(\w+)", kind.en)) == set(re.findall(r"{(\w+)", kind.zh))
