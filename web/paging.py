"""Pages of a list by keyset: a cursor says after which item the next page begins, and `Link` holds its address."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Final

import orjson
from fastapi import Query, Request, Response

from arena.errors import BadParameter

__all__ = ["MOST", "Cursor", "Limit", "cursor_of", "key_of", "link_next"]

MOST: Final = 500
"""Items of a page at most."""
_LARGEST: Final = 2**63 - 1
"""The largest number of a row that a store can hold."""

Limit = Annotated[int, Query(ge=1, le=MOST, description="Items of a page at most.")]
"""How many items a page has at most."""
Cursor = Annotated[
    str | None, Query(max_length=200, description="The `next` of the page before; absent for the first page.")
]
"""After which item a page begins."""


def cursor_of(*key: int | str) -> str:
    """The cursor of the page that begins after the item with this key."""
    return base64.urlsafe_b64encode(orjson.dumps(key)).decode().rstrip("=")


def key_of(cursor: str | None, kinds: tuple[type, ...]) -> tuple[int | str, ...] | None:
    """The key in a cursor; None for the first page.

    Args:
        cursor: as `cursor_of` made it.
        kinds: the type of each part of the key.

    Raises:
        BadParameter: if it is no cursor of this list.
    """
    if cursor is None:
        return None
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        key = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error):
        key = None
    if (
        not isinstance(key, list)
        or tuple(type(part) for part in key) != kinds
        or any(isinstance(part, int) and not 0 <= part <= _LARGEST for part in key)
    ):
        raise BadParameter(f"expected a cursor as 'next' of a page gave it, got {cursor!r}")
    return tuple(key)


def link_next(request: Request, response: Response, cursor: str | None) -> None:
    """Name the next page, where there is one, in the header `Link` (RFC 8288)."""
    if cursor is not None:
        address = request.url.include_query_params(cursor=cursor)
        response.headers["Link"] = f'<{address.path}?{address.query}>; rel="next"'
