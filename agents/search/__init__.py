"""Search agents for any game in turns: flat Monte Carlo, determinized UCT and information-set MCTS.

All three guess the hidden part of the game (`Determinizable.determinize`), play the guessed worlds out by the rules and
choose what did best. A game may bring compiled versions of its own: see `agents.search.hooks`.
"""
