"""The REST API of a server, from Python: questions by HTTP, answers as JSON, every failure one sentence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http.client import HTTPException, HTTPResponse
from typing import Any, Final
from urllib.error import HTTPError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import Request, urlopen

from arena._version import __version__
from arena.errors import BadInput, BadParameter, HostFault

__all__ = ["Client"]

_API: Final = "/api/v1"
_PAGE: Final = 500
"""Items that a server gives at once."""
_MOST_BYTES: Final = 256 * 1024 * 1024
"""What an answer may hold."""


class Client:
    """Asks a server. Nothing is kept between two questions.

    Args:
        server: its address, such as ``https://arena.example``.
        timeout_s: seconds that an answer may be silent.

    Raises:
        BadParameter: if the address is none of HTTP.
    """

    def __init__(self, server: str, timeout_s: float = 30.0) -> None:
        parts = urlsplit(server)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise BadParameter(f"expected a server such as https://arena.example, got {server!r}")
        self.server = server.rstrip("/").removesuffix(_API)
        """The address, without a slash at its end."""
        self._timeout_s = timeout_s

    def get(self, *parts: str, **query: str | int | None) -> dict[str, Any]:
        """The JSON document at an address below ``/api/v1``.

        Args:
            parts: the parts of the address.
            query: what is asked; None is left out.

        Raises:
            BadInput: if the server says that something is not as it should be.
            HostFault: if the server cannot be reached, fails, or is none of the arena.
        """
        data = self._read(parts, {name: value for name, value in query.items() if value is not None})
        try:
            found = json.loads(data)
        except ValueError as error:
            raise self._stranger() from error
        if not isinstance(found, dict):
            raise self._stranger()
        return found

    def listing(self, *parts: str, most: int | None = None, **query: str | int | None) -> dict[str, Any]:
        """A list, its pages put together: the document of the first page with the items of all.

        Args:
            parts: the parts of the address.
            most: items at most; all where None.
            query: what is asked; None is left out.

        Raises:
            BadInput: if the server says that something is not as it should be.
            HostFault: if the server cannot be reached, fails, or is none of the arena.
        """
        whole: dict[str, Any] | None = None
        items: list[Any] = []
        cursor: str | None = None
        while whole is None or (cursor is not None and (most is None or len(items) < most)):
            limit = _PAGE if most is None else min(_PAGE, most - len(items))
            page = self.get(*parts, **query, limit=limit, cursor=cursor)
            new, cursor = page.get("items"), page.get("next")
            if not isinstance(new, list):
                raise self._stranger()
            items += new
            whole = whole or page
            cursor = cursor if new else None
        return {**whole, "items": items, "next": cursor}

    def record(self, match: str) -> bytes:
        """The record file of a match.

        Args:
            match: its id.

        Raises:
            BadInput: if there is no such match.
            HostFault: if the server cannot be reached, fails, or is none of the arena.
        """
        return self._read(("matches", match, "record"), {})

    def tournament(self, name: str) -> int:
        """The number of the tournament that a number, the beginning of a digest, or ``last`` names.

        Raises:
            BadInput: if there is none.
            HostFault: if the server cannot be reached, fails, or is none of the arena.
        """
        if name == "last":
            newest = self.get("tournaments", limit=1).get("items")
            if not newest:
                raise BadParameter(f"expected a tournament, got 'last', but {self.server} holds none")
            found = newest[0]
        else:
            found = self.get("tournaments", name)
        try:
            return int(found["id"])
        except (KeyError, TypeError, ValueError) as error:
            raise self._stranger() from error

    def _read(self, parts: tuple[str, ...], query: Mapping[str, str | int]) -> bytes:
        path = "/".join(quote(part, safe="") for part in parts)
        address = f"{self.server}{_API}/{path}{'?' if query else ''}{urlencode(query)}"
        request = Request(address, headers={"User-Agent": f"agent-arena/{__version__}"})  # noqa: S310 -- HTTP, as checked
        try:
            with urlopen(request, timeout=self._timeout_s) as answer:  # noqa: S310 -- HTTP, as checked
                return self._body(answer)
        except HTTPError as error:
            with error:
                raise self._refused(error) from error
        except (OSError, HTTPException) as error:
            raise HostFault(f"{self.server} cannot be reached: {_reason(error)}") from error

    def _body(self, answer: HTTPResponse) -> bytes:
        data: bytes = answer.read(_MOST_BYTES + 1)
        if len(data) > _MOST_BYTES:
            raise HostFault(f"{self.server} answers with more than {_MOST_BYTES:,} bytes")
        return data

    def _refused(self, error: HTTPError) -> Exception:
        """What a problem document (RFC 9457) says."""
        try:
            told = json.loads(error.read(1 << 16))
            detail = told["detail"] or told["title"]
        except (OSError, HTTPException, ValueError, KeyError, TypeError):
            return HostFault(f"no arena answers at {self.server} ({error.code} {error.reason})")
        said = f"{self.server}: {detail}"
        return BadInput(said) if 400 <= error.code < 500 and error.code != 429 else HostFault(said)

    def _stranger(self) -> HostFault:
        return HostFault(f"{self.server} does not answer as an arena of this version does")


def _reason(error: Exception) -> str:
    """Why, in the words of the system."""
    inner = getattr(error, "reason", error)
    if isinstance(inner, TimeoutError):
        return "it does not answer in time"
    return str(getattr(inner, "strerror", None) or inner or type(inner).__name__).lower()
