"""A module that fails to load."""

raise RuntimeError("the coin has rolled away")
