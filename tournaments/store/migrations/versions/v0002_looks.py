"""Looks, and the chances of drawn lineups."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; a chunk without blocks holds nothing, and would stand in the way of one that has some."""
    op.create_table(
        "lottery",
        sa.Column("round_id", sa.Integer, sa.ForeignKey("round.id"), primary_key=True),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "look",
        sa.Column("round_id", sa.Integer, sa.ForeignKey("round.id"), primary_key=True),
        sa.Column("metric", sa.String, primary_key=True),
        sa.Column("epsilon", sa.Double, primary_key=True),
        sa.Column("blocks", sa.Integer, primary_key=True),
        sa.Column("first", sa.Integer, primary_key=True),
        sa.Column("second", sa.Integer, primary_key=True),
        sa.Column("shared", sa.Integer, nullable=False),
        sa.Column("e_value", sa.Double, nullable=False),
        sa.Column("e_equivalent", sa.Double, nullable=False),
        sa.Column("estimate", sa.Double, nullable=False),
        sa.Column("low", sa.Double, nullable=True),
        sa.Column("high", sa.Double, nullable=True),
        sa.Column("verdict", sa.String, nullable=False),
        sqlite_with_rowid=False,
    )
    op.execute(sa.text("DELETE FROM chunk WHERE count = 0"))
