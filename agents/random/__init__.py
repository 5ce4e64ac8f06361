"""The baseline: uniform legal play, in any game."""
