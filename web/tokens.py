"""Tokens: opaque words ``arena_<id>_<secret>`` that say what their bearer may do; only a digest of the secret is kept.

The secret has 256 bits of chance, so a plain SHA-256 of it suffices: there is nothing to guess.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import func, insert, select, update

from arena.errors import BadParameter, UnknownName
from web.database import Database, TokenRow
from web.errors import Forbidden, Unauthorized

__all__ = ["SCOPES", "Token", "Tokens"]

SCOPES: Final = ("read", "run", "admin")
"""What a token may do: look at what is not public, start and stop tournaments, everything. Each holds those before."""


@dataclass(frozen=True)
class Token:
    """A token that holds."""

    id: str
    """Its public part."""
    name: str
    """What it is for."""
    scopes: tuple[str, ...]
    """What it may do."""
    created: str
    """When it was made, ISO 8601, UTC."""
    expires: str | None
    """When it ends; None never."""

    def allows(self, scope: str) -> bool:
        """Whether its bearer may do what asks for `scope`, one of `SCOPES`."""
        return any(SCOPES.index(own) >= SCOPES.index(scope) for own in self.scopes)


class Tokens:
    """The tokens of a server.

    Args:
        database: where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def issue(self, name: str, scopes: Sequence[str] = ("run",), *, lasts_s: float | None = None) -> str:
        """A new token, in words; they are told this once.

        Args:
            name: what it is for.
            scopes: what it may do.
            lasts_s: seconds until it ends; None never.

        Raises:
            UnknownName: if a scope is none.
            BadParameter: if it would have ended already.
            StoreUnwritable: if it cannot be kept.
        """
        for scope in scopes:
            if scope not in SCOPES:
                raise UnknownName("scope", scope, SCOPES)
        if lasts_s is not None and lasts_s <= 0:
            raise BadParameter(f"expected seconds > 0 until a token ends, got {lasts_s!r}")
        now = datetime.now(UTC)
        identifier, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
        values = {
            "id": identifier,
            "digest": _digest(secret),
            "name": name,
            "scopes": " ".join(scopes),
            "created": _said(now),
            "expires": None if lasts_s is None else _said(now + timedelta(seconds=lasts_s)),
        }
        with self._database.transaction() as connection:
            connection.execute(insert(TokenRow).values(values))
        return f"arena_{identifier}_{secret}"

    def first(self) -> str | None:
        """A token that may do everything, made where there was never one; None where there was."""
        with self._database.transaction() as connection:
            there = connection.scalar(select(func.count()).select_from(TokenRow))
        return None if there else self.issue("this machine", ("admin",))

    def check(self, words: str | None, scope: str) -> Token:
        """The token that `words` are, if it allows `scope`.

        Raises:
            Unauthorized: if there are no words, or no token that holds.
            Forbidden: if the token does not allow it.
        """
        if not words:
            raise Unauthorized(
                f"expected 'Authorization: Bearer arena_...' of a token with scope {scope!r}, got none"
            )
        token = self._find(words)
        if token is None:
            raise Unauthorized(
                "expected a token that holds, got one that is unknown, revoked or past its end"
            )
        if not token.allows(scope):
            raise Forbidden(f"expected a token with scope {scope!r}, got one with {' '.join(token.scopes)!r}")
        return token

    def all(self) -> list[Token]:
        """Every token that is not revoked, the oldest first."""
        with self._database.transaction() as connection:
            rows = connection.execute(
                select(TokenRow).where(TokenRow.revoked.is_(None)).order_by(TokenRow.created, TokenRow.id)
            ).all()
        return [Token(row.id, row.name, tuple(row.scopes.split()), row.created, row.expires) for row in rows]

    def revoke(self, identifier: str) -> None:
        """End a token now.

        Raises:
            UnknownName: if there is none with that public part.
        """
        with self._database.transaction() as connection:
            changed = connection.execute(
                update(TokenRow)
                .where(TokenRow.id == identifier, TokenRow.revoked.is_(None))
                .values(revoked=_said(datetime.now(UTC)))
            )
        if not changed.rowcount:
            raise UnknownName("token", identifier, [token.id for token in self.all()])

    def _find(self, words: str) -> Token | None:
        parts = words.split("_", 2)
        if len(parts) != 3 or parts[0] != "arena" or len(words) > 200:
            return None
        with self._database.transaction() as connection:
            row = connection.execute(select(TokenRow).where(TokenRow.id == parts[1])).first()
        digest = _digest(parts[2])
        # The comparison takes as long for an unknown token as for a wrong secret.
        same = hmac.compare_digest(digest, row.digest if row is not None else "0" * len(digest))
        if row is None or not same or row.revoked is not None:
            return None
        if row.expires is not None and row.expires <= _said(datetime.now(UTC)):
            return None
        return Token(row.id, row.name, tuple(row.scopes.split()), row.created, row.expires)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _said(moment: datetime) -> str:
    """A moment in words that sort as moments do."""
    return moment.isoformat(timespec="seconds")
