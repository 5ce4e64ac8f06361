"""A module whose optional package is absent."""

from arena.errors import MissingExtra

raise MissingExtra("coinlib", "coins")
