"""The four tables of Malla 2025, played again as its program plays them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from agents.dhumbal.paper.agents import PaperDQN, PaperISMCTS, PaperMCTS, PaperPPO, PaperRandom
from agents.dhumbal.rule_based import Aggressive, Balanced, Conservative, Opportunistic
from games.dhumbal.game import Dhumbal
from tournaments.studies.measures import (
    Field,
    Measured,
    as_table,
    fixed_order,
    known,
    measure,
)
from tournaments.studies.study import Block, Scale, Section, Table

__all__ = [
    "PAPER_SECTIONS",
    "PUBLISHED",
    "Published",
    "beside",
    "budgets",
    "championship",
    "inside",
    "paper_field",
    "styles",
]


@dataclass(frozen=True)
class Published:
    """One line of a table of the paper."""

    wins: float
    """% of rounds won."""
    half_width: float
    """Of its 95 % interval, as printed there."""
    coins: float
    """A round."""
    right: float
    """% of right calls."""
    cards: float
    """Cards: a round in the championship, a turn in the other tables; NaN where not printed."""
    risk: float
    """NaN where not printed."""
    ms: float
    """A decision; NaN where not printed."""


_NONE: Final = float("nan")
PUBLISHED: Final[Mapping[str, Mapping[str, Published]]] = {
    "styles": {
        "aggressive": Published(35.06, 2.92, 6.16, 76.2, 1.10, -0.18, _NONE),
        "conservative": Published(19.43, 2.42, -2.23, 93.7, 1.11, -0.18, _NONE),
        "balanced": Published(25.10, 2.66, 0.07, 80.6, 1.11, -0.28, _NONE),
        "opportunistic": Published(20.41, 2.47, -4.00, 72.1, 1.13, -0.34, _NONE),
    },
    "championship": {
        "aggressive": Published(88.3, 2.0, 70.1, 92.6, 9.5, -0.11, 0.0),
        "ismcts": Published(9.0, 1.8, -12.8, 100.0, 9.3, _NONE, 1450.7),
        "ppo": Published(1.5, 0.7, -29.2, 87.5, 8.2, -0.23, 2.4),
        "random": Published(1.3, 0.7, -28.0, 81.8, 8.3, -0.12, 0.0),
    },
    "search": {
        "mcts": Published(47.1, 3.1, -1.0, 97.7, 1.0, -0.14, 2468.7),
        "ismcts": Published(52.9, 3.1, 1.0, 98.2, 1.0, -0.10, 2775.4),
    },
    "learning": {
        "ppo": Published(55.4, 3.0, 4.8, 0.0, _NONE, _NONE, 2.4),
        "dqn": Published(44.6, 3.0, -4.8, 0.0, _NONE, _NONE, 2.3),
    },
}
"""What the paper and the files of its program say, by table and agent, in the order of the seats."""

ROUNDS: Final = 1024
"""Rounds of each of the paper's tables."""
STYLES: Final = {
    "aggressive": Aggressive(),
    "conservative": Conservative(),
    "balanced": Balanced(),
    "opportunistic": Opportunistic(),
}


def beside(measured: Measured, table: str) -> tuple[Table, Table]:
    """Our table, and the same metrics as the paper has them."""
    head = ("agent", "coins/round", "wins %", "right calls %", "cards", "risk", "ms/decision")
    rows = [
        (
            name,
            f"{line.coins:+.1f}",
            f"{line.wins:.1f} ± {line.half_width:.1f}",
            f"{line.right:.1f}",
            known(line.cards, ".1f"),
            known(line.risk, "+.2f"),
            known(line.ms, ".1f"),
        )
        for name, line in PUBLISHED[table].items()
    ]
    return as_table(measured), Table(head, tuple(rows))


def inside(measured: Measured, table: str) -> list[str]:
    """The agents whose share of wins lies within the paper's interval, widened by ours."""
    return [
        name
        for name, line in PUBLISHED[table].items()
        if abs(measured.row(name).wins.mean - line.wins)
        <= line.half_width + measured.row(name).wins.half_width
    ]


def paper_field(rounds: int, seed: int, *, fixed: bool = False) -> Field:
    """The field of the championship in the order of its seats, PPO trained for so many rounds."""
    return {
        "aggressive": Aggressive(),
        "ismcts": PaperISMCTS(),
        "ppo": PaperPPO(rounds=rounds, seed=seed, fixed=fixed),
        "random": PaperRandom(),
    }


def styles(scale: Scale, seed: int) -> Measured:
    """The four styles in matches of 1024 rounds; risk is from as many matches of one round."""
    scale.say("the rule-based table")
    long = Dhumbal(players=4, rules="paper", match="rounds", rounds=ROUNDS)
    blocks = scale.count(100, 4)
    many = measure(long, STYLES, fixed_order(4), blocks, seed)
    single = measure(Dhumbal(players=4, rules="paper"), STYLES, fixed_order(4), blocks * ROUNDS, seed)
    rows = tuple(replace(row, risk=single.row(row.agent).risk) for row in many.rows)
    return replace(many, rows=rows)


def championship(scale: Scale, seed: int) -> dict[str, Measured]:
    """The championship with PPO trained as in the paper, and with PPO that has not learned at all."""
    game, rounds = Dhumbal(players=4, rules="paper"), scale.count(1000, 20)
    blocks = scale.count(4 * ROUNDS, 128)
    found = {}
    for name, learned in (("trained", rounds), ("untrained", 0)):
        scale.say(f"the championship, PPO {name}")
        found[name] = measure(game, paper_field(learned, seed), fixed_order(4), blocks, seed)
    return found


def budgets(scale: Scale, seed: int) -> dict[int, Measured]:
    """The championship with other numbers of simulations."""
    game, found = Dhumbal(players=4, rules="paper"), {}
    for simulations in (8, 32) if scale.quick else (15, 30, 60, 120, 240):
        scale.say(f"the championship with {simulations} simulations")
        field = {**paper_field(0, seed), "ismcts": PaperISMCTS(simulations)}
        found[simulations] = measure(game, field, fixed_order(4), scale.count(ROUNDS, 64), seed)
    return found


def _search(scale: Scale, seed: int) -> Measured:
    scale.say("MCTS against ISMCTS")
    field = {"mcts": PaperMCTS(), "ismcts": PaperISMCTS()}
    return measure(Dhumbal(players=2, rules="paper"), field, fixed_order(2), scale.count(ROUNDS, 64), seed)


def _learning(scale: Scale, seed: int) -> Measured:
    scale.say("PPO against DQN")
    field = {
        "ppo": PaperPPO(rounds=scale.count(1000, 20), seed=seed),
        "dqn": PaperDQN(rounds=scale.count(500, 20), seed=seed),
    }
    return measure(
        Dhumbal(players=2, rules="paper"), field, fixed_order(2), scale.count(4 * ROUNDS, 64), seed
    )


_THERE: Final = "The paper:"
_PROGRAM: Final = (
    "* The card that may be picked up is the last one of the player's *own* discard; what the neighbour threw is out of reach.\n"
    "* Seat 0 begins every round.\n"
    "* After 100 turns the lowest hand counts as the caller; of equals the first calls and loses to the second.\n"
    "* Who throws the last card ends the round as if calling with nothing.\n"
    "* A style that may call and does not throws its dearest card if that leaves at most 5, or else a set that does, or else its "
    "*cheapest* card."
)
"""What sets the preset `paper` apart."""


def _render_styles(found: Measured) -> Sequence[Block]:
    ours, theirs = beside(found, "styles")
    told = PUBLISHED["styles"]
    lead = found.row("aggressive").wins.mean - found.row("opportunistic").wins.mean
    return (
        (
            f"Four styles at one table, each on its seat of the paper, in {found.blocks} matches of {ROUNDS} rounds under the "
            f"preset `paper`, which is the program as it is; the paper played one. {len(inside(found, 'styles'))} of the 4 shares "
            f"of wins agree with the paper within the intervals. Aggressive leads Opportunistic by {lead:.1f} points here, by "
            f"{told['aggressive'].wins - told['opportunistic'].wins:.1f} in the paper's single match."
        ),
        ours,
        f"{_THERE} (its cards are counted by the turn)",
        theirs,
        "How the program plays:",
        _PROGRAM,
    )


def _render_championship(found: Mapping[str, Measured]) -> Sequence[Block]:
    trained, raw = found["trained"], found["untrained"]
    ours, theirs = beside(trained, "championship")
    search, told = trained.row("ismcts"), PUBLISHED["championship"]["ppo"]
    agree = [len(inside(one, "championship")) for one in (trained, raw)]
    return (
        (
            f"Aggressive on seat 0, which always begins, ISMCTS, PPO and the random player; {trained.rounds:,} rounds. ISMCTS "
            f"calls {search.calls:.0f} times in {ROUNDS} rounds and wins {search.wins.mean:.1f} % of them, most when somebody "
            "else calls wrongly. Its program takes every card of a rival for an ace: against five cards a call with more than "
            "four points loses in its eyes, and it makes one only where the single playout of not calling went worse still. And in "
            "its simulations rivals throw the searcher's cards and keep their own. So it hardly ever calls, and whoever does not "
            "call pays."
        ),
        ours,
        _THERE,
        theirs,
        (
            "PPO has an output for each *place* in the list of what is legal and learned from some 1000 rounds. Trained so here, it "
            f"wins {trained.row('ppo').wins.mean:.1f} % and {trained.row('ppo').coins.mean:+.1f} coins; with a network that has "
            f"learned nothing at all, {raw.row('ppo').wins.mean:.1f} % and {raw.row('ppo').coins.mean:+.1f}; the paper has "
            f"{told.wins:.1f} ± {told.half_width:.1f} % and {told.coins:+.1f}. Of the 4 shares of wins, {agree[0]} agree with the "
            f"paper's within the intervals where PPO is trained, {agree[1]} where it is not: such a training is worth nothing at "
            "this table. The table with the untrained network:"
        ),
        as_table(raw),
    )


def _render_budgets(found: Mapping[int, Measured]) -> Sequence[Block]:
    head = (
        "simulations a question",
        "coins/round",
        "wins %",
        "right calls %",
        "calls in 1024 rounds",
        "cards/round",
        "risk",
        "ms/decision",
    )
    rows = []
    for simulations, measured in found.items():
        cells = next(line for line in as_table(measured).rows if line[0] == "ismcts")
        rows.append((f"{simulations}", *cells[1:]))
    coins = [measured.row("ismcts").coins.mean for measured in found.values()]
    low, high = min(found), max(found)
    return (
        (
            "The program's search had 1.5 s a decision. How many simulations that was is not told; it does not matter either. From "
            f"{low} to {high} simulations its coins move by {max(coins) - min(coins):.1f} a round: more thought about the wrong "
            "world is no cure. (PPO has learned nothing in this table.)"
        ),
        Table(head, tuple(rows)),
    )


def _render_search(found: Measured) -> Sequence[Block]:
    ours, theirs = beside(found, "search")
    one, two, told = found.row("mcts"), found.row("ismcts"), PUBLISHED["search"]
    return (
        (
            "The two searches of the paper are one: ISMCTS runs three simulations where MCTS runs one, in the same kind of tree. "
            f"Over {found.rounds:,} rounds MCTS, who begins, wins {one.wins.mean:.1f} ± {one.wins.half_width:.1f} %, ISMCTS "
            f"{two.wins.mean:.1f} %. The paper found {told['mcts'].wins:.1f} ± {told['mcts'].half_width:.1f} % and "
            f"{told['ismcts'].wins:.1f} %, no significant difference."
        ),
        ours,
        f"{_THERE} (its cards are counted by the turn)",
        theirs,
    )


def _render_learning(found: Measured) -> Sequence[Block]:
    ours, theirs = beside(found, "learning")
    calls = sum(row.calls for row in found.rows)
    return (
        (
            "PPO draws its actions, DQN takes the one of the greatest value; neither has learned to shed its hand. In the paper no "
            f"round ended in a call. Here {calls:.0f} of {ROUNDS} do; the others are cut after 100 turns, and the lowest hand "
            "counts as caller, which is what *right calls* shows. Who is better of two players that do not play cannot be carried "
            "over: our DQN ended up with another fixed habit than the paper's."
        ),
        ours,
        _THERE,
        theirs,
    )


PAPER_SECTIONS: Final = (
    Section("styles", "The rule-based table", styles, _render_styles),
    Section("championship", "The championship", championship, _render_championship),
    Section("budget", "More simulations do not help", budgets, _render_budgets),
    Section("search", "MCTS and ISMCTS", _search, _render_search),
    Section("learning", "PPO and DQN", _learning, _render_learning),
)
"""The sections on the paper's own tables."""
