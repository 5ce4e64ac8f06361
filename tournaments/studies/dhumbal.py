"""The study of Dhumbal: the paper's tables again, one correction at a time, and the championship of our agents."""

from __future__ import annotations

from tournaments.studies.dhumbal_final import FINAL
from tournaments.studies.dhumbal_paper import PAPER_SECTIONS, PUBLISHED
from tournaments.studies.dhumbal_statistics import STATISTICS
from tournaments.studies.dhumbal_steps import SEATS, STEPS
from tournaments.studies.study import Study

__all__ = ["DHUMBAL", "dhumbal"]

_WINS = {name: f"{line.wins} %" for name, line in PUBLISHED["championship"].items()}
_ABOUT = (
    (
        "S. R. Malla, “AI Agents for the Dhumbal Card Game: A Comparative Study” (2025) found that a rule-based agent, Aggressive, "
        f"wins {_WINS['aggressive']} of the rounds of a championship against tree search ({_WINS['ismcts']}), PPO "
        f"({_WINS['ppo']}) and a random player ({_WINS['random']}). This page plays that championship again with agents written from the paper and the program published with it, mends one "
        "thing after another, and ends with the championship of the agents that ship."
    ),
    (
        "Coins a round rank; wins stand beside. ± is the half-width of the 95 % interval over blocks: a block is one deal in all "
        "the seatings of its table, or one match where a match has many rounds. *Right calls* are the share won of the rounds "
        "closed in the agent's name, by a call or by the rules, as in the paper. *Risk* is the correlation between the value of "
        "the hand at a call and its success. Times are the agent's own machine code and the engine's, on one core. Everything "
        "but the times is the same for the same seed; all of it comes from"
    ),
)

DHUMBAL = Study(
    "dhumbal",
    "Dhumbal: a replication and correction of Malla (2025)",
    "the tables of Malla (2025) again, corrected one thing at a time, and the championship of our agents",
    _ABOUT,
    (*PAPER_SECTIONS, SEATS, STEPS, STATISTICS, FINAL),
    (
        "S. R. Malla, “AI Agents for the Dhumbal Card Game: A Comparative Study”, arXiv 2510.11736, 2025.",
        (
            "The program published with it, github.com/sahajrajmalla/dhumbal-ai: championship/final.py, agents/, and the stored "
            "curves of training."
        ),
        "pagat.com, “Yaniv / Jhyap / Dhumbal”: the rules that people play by.",
        "[The rules and the agents here](../games/dhumbal.md).",
    ),
)
"""The study."""


def dhumbal() -> Study:
    """The study, for the registry."""
    return DHUMBAL
