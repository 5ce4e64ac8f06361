"""Bridges to other projects: PettingZoo (AEC and Parallel), Gymnasium, Stable-Baselines3, OpenSpiel (both ways).

Each drives the same `arena.referee.Referee` as a match does (Stable-Baselines3 the game's tables in arrays, which give the same
matches), and refuses, with the reason, where it would lie: a game that hides what the other project must see, or whose actions
it has no number for.
"""
