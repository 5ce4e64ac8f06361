"""Formats of tournaments: who meets whom, in which seats, as pure functions of the number of a block."""
