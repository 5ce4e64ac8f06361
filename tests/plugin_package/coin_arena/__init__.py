"""A third party's game and agent."""
