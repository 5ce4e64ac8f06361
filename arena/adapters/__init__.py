"""Bridges to other projects: PettingZoo (AEC and Parallel), Gymnasium, OpenSpiel (both ways).

Each drives the same `arena.referee.Referee` as a match does, and refuses, with the reason, where it would lie: a game that
hides what the other project must see, or whose actions it has no number for.
"""
