"""Which kept cache a prompt begins with, and which are let go."""

from __future__ import annotations

from core.engines.qwen3vl.prefixes import PrefixCache


def keys(text: str) -> tuple[str, ...]:
    return tuple(text)


def cache(*texts: str, tokens: int = 100) -> PrefixCache:
    made = PrefixCache(tokens)
    for text in texts:
        made.keep(keys(text), text.upper())
    return made


def longest(kept: PrefixCache, text: str) -> tuple[str, int] | None:
    found = kept.longest(keys(text))
    return (found[0].state, found[1]) if found else None


def test_the_entry_that_shares_most_is_found() -> None:
    kept = cache("abc", "abcde", "xyz")
    assert longest(kept, "abcdf") == ("ABCDE", 4)
    assert longest(kept, "abc") == ("ABC", 3)
    assert longest(kept, "xyzzy") == ("XYZ", 3)


def test_nothing_shared_is_nothing_found() -> None:
    assert longest(cache(), "abc") is None
    assert longest(cache("abc"), "xabc") is None
    assert longest(cache("abc"), "") is None


def test_an_entry_longer_than_the_prompt_serves_as_far_as_it_goes() -> None:
    assert longest(cache("abcdef"), "abc") == ("ABCDEF", 3)


def test_the_longest_unused_goes_first() -> None:
    kept = cache("aaaa", "bbbb", tokens=10)
    assert longest(kept, "aaaa") == ("AAAA", 4)
    kept.keep(keys("cccc"), "CCCC")
    assert longest(kept, "bbbb") is None
    assert longest(kept, "aaaa") and longest(kept, "cccc")


def test_the_newest_is_kept_however_long_it_is() -> None:
    kept = cache("aa", "bb", "c" * 50, tokens=10)
    assert longest(kept, "c") == ("C" * 50, 1)
    assert longest(kept, "aa") is None


def test_the_same_prompt_kept_again_takes_the_place_of_the_first() -> None:
    kept = cache("aaaa", tokens=8)
    kept.keep(keys("aaaa"), "again")
    kept.keep(keys("bbbb"), "BBBB")
    assert longest(kept, "aaaa") == ("again", 4)
    assert keys("aaaa") in kept and keys("aaa") not in kept


def test_a_picture_of_the_same_shape_is_told_apart() -> None:
    kept = PrefixCache(100)
    kept.keep((1, ("photo", 0), ("photo", 1), 2), "first")
    found = kept.longest((1, ("other", 0), ("other", 1), 2))
    assert found is not None and found[1] == 1


def test_cleared_means_empty() -> None:
    kept = cache("abc")
    kept.clear()
    assert longest(kept, "abc") is None
