"""Matches of people: kept beside the tokens, not in the store of tournaments, since no ranking depends on them.

Whoever played may delete what was played: the record goes, and its id answers from then on that it is gone.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from arena.errors import UnknownName
from arena.record import Record, read_records, write_records
from web.database import Base, Database
from web.errors import Forbidden, Gone

__all__ = ["HumanMatchRow", "HumanMatches", "key_digest"]

_PREFIX: Final = "h-"


class HumanMatchRow(Base):
    """A match in which people played."""

    __tablename__ = "human_match"

    id: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str]
    """SHA-256 of the key of each person at the table, in hexadecimal, by spaces."""
    created: Mapped[str]
    """When it was over, UTC."""
    record: Mapped[bytes | None]
    """The record file; None where the match was deleted."""


def key_digest(key: str) -> str:
    """What is kept of a person's key: it has 256 bits of chance, so a plain SHA-256 suffices."""
    return hashlib.sha256(key.encode()).hexdigest()


class HumanMatches:
    """The finished matches of people. Its methods are called in threads.

    Args:
        database: where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, record: Record, digests: str | Sequence[str]) -> str:
        """Keep a match; its id, ``h-`` and sixteen letters that nobody guesses.

        Args:
            record: what happened.
            digests: `key_digest` of the key of the person, or of each person, who may delete it.

        Raises:
            BadInput: if an action is no plain data.
            StoreUnwritable: if it cannot be kept.
        """
        identifier = _PREFIX + secrets.token_hex(8)
        values = {
            "id": identifier,
            "digest": digests if isinstance(digests, str) else " ".join(digests),
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "record": write_records([record]),
        }
        with self._database.transaction() as connection:
            connection.execute(insert(HumanMatchRow).values(values))
        return identifier

    def record(self, identifier: str) -> Record:
        """The record of a match.

        Raises:
            UnknownName: if there is none with that id.
            Gone: if it was deleted.
            CorruptRecord: if it was damaged.
        """
        data = self._found(identifier)[1]
        return read_records(data)[0]

    def delete(self, identifier: str, key: str | None) -> None:
        """Delete a match for good.

        Args:
            identifier: its id.
            key: the key of one who played it.

        Raises:
            UnknownName: if there is none with that id.
            Gone: if it was deleted.
            Forbidden: if the key is not of one who played it.
        """
        digests, _ = self._found(identifier)
        given = key_digest(key or "")
        if not any(hmac.compare_digest(given, digest) for digest in digests.split()):
            raise Forbidden(f"expected 'X-Table-Key: KEY' of somebody who played match {identifier!r}")
        with self._database.transaction() as connection:
            connection.exec_driver_sql("PRAGMA secure_delete = ON")
            connection.execute(
                update(HumanMatchRow).where(HumanMatchRow.id == identifier).values(record=None, digest="")
            )

    def _found(self, identifier: str) -> tuple[str, bytes]:
        with self._database.transaction() as connection:
            row = connection.execute(select(HumanMatchRow).where(HumanMatchRow.id == identifier)).first()
        if row is None:
            raise UnknownName("match", identifier[:60], ["h-..., as it was told when the match was over"])
        if row.record is None:
            raise Gone(f"match {identifier!r} was deleted by somebody who played it")
        return row.digest, row.record
