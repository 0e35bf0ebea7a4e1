"""Seats: what lets the browser of one reviewing session speak to the server beside Streamlit's own connection.

A page that shows a record takes a seat and gives its token to the browser, which names it with every request. So such
a request is signed by whoever is logged in to the page, and a request from anywhere else is refused. A seat lives as
long as the session that holds it: only weak references are kept here.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from weakref import WeakValueDictionary


@dataclass(eq=False)
class Seat:
    """`item` is the record that lies before the reviewer, `version` the one of its versions that they have seen."""

    reviewer: str
    item: int | None = None
    version: int = 0
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))


_taken: WeakValueDictionary[str, Seat] = WeakValueDictionary()


def take_seat(reviewer: str) -> Seat:
    """A new seat; it is given up when the last reference to it goes."""
    seat = Seat(reviewer)
    _taken[seat.token] = seat
    return seat


def find_seat(token: str) -> Seat | None:
    """The seat with this token; None where its session has ended, or the server has been started anew."""
    return _taken.get(token)
