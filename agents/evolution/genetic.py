"""Deep GA as a learner: networks that play a game, bred by what they win against fixed opponents.

F. P. Such et al., "Deep Neuroevolution: Genetic Algorithms Are a Competitive Alternative for Training Deep Neural Networks
for Reinforcement Learning", arXiv 1712.06567 (2018). No gradient is taken and no PyTorch needed; candidates play whole
matches in compiled code.

======================  =======================================================================================
detail                  here
======================  =======================================================================================
genome                  seeds of the first network and of each mutation (`agents.evolution.genome`)
mutation                noise on all parameters, as in the paper, or a patch, which is ours
selection, elite        truncation, no crossover, one elite chosen by a second scoring (`agents.evolution.truncation`)
fitness                 mean return in one seat against the task's opponents (`agents.evolution.contest`)
deals                   the same for all candidates of a generation, new ones in each
play                    the legal action of the largest output, in training as afterwards
several games           returns over the spread of the opponents' own, so that no game dominates
======================  =======================================================================================
"""

from __future__ import annotations

import dataclasses
import importlib.util
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agents.deep.hyperparameters import check_numbers
from agents.evolution.genome import Decoder, Genome
from agents.evolution.match_up import estimate
from agents.evolution.truncation import Ancestry, Generation, Truncation
from arena.errors import BadParameter, MissingExtra
from arena.learner import Checkpoint, Learner, Task

if TYPE_CHECKING:
    from agents.evolution.contest import Contest

__all__ = ["GA"]


@dataclass(frozen=True)
class GA(Learner):
    """Deep GA; a checkpoint after every generation, whose agent is the elite."""

    hidden: tuple[int, ...] = (8,)
    """Units of the hidden layers, each 1 to 4096; ``()`` is a linear network."""
    population: int = 100
    """Children a generation, 2 to 100,000."""
    parents: int = 5
    """How many the children come of, 1 to `population`."""
    elites: int = 10
    """Children that are scored again beside the elite, 1 to `population`."""
    deals: int = 300
    """Matches that a child plays of each game, 1 to a million; the seats, then the opponents take turns."""
    proofs: int = 2000
    """Matches of each game in the second scoring and in that which is reported, 2 to ten million."""
    doubling: float = math.inf
    """Generations in which `deals` and `proofs` double, above 0; the better the elite, the closer its rivals."""
    caution: float = 1.0
    """Standard errors that are taken off a gain before candidates are compared, 0 to 10; 0 is the paper's way."""
    sigma: float = 2.0
    """The power of the first mutations, 1e-9 to 100."""
    half_life: float = math.inf
    """Generations in which the power falls by half, above 0; ``inf`` keeps it."""
    floor: float = 0.1
    """The power never falls below this share of `sigma`, 0 to 1."""
    patches: float = 1.0
    """The chance that a mutation is a patch (`agents.evolution.genome`), 0 to 1; 0 is the paper's way."""
    weight: float = 1.0
    """The scale of weights' noise over the square root of their fan-in, 0 to 100."""
    bias: float = 1.0
    """The scale of biases' noise, 0 to 100."""
    start: float = 0.3
    """The power of the noise that first networks consist of, 0 to 100."""
    workers: int = 1
    """Threads that play, 1 to 256; the training is the same with any number."""

    @property
    def method(self) -> Truncation:
        """How it evolves."""
        return Truncation(
            population=self.population,
            parents=self.parents,
            candidates=self.elites,
            caution=self.caution,
            sigma=self.sigma,
            half_life=self.half_life,
            floor=self.floor,
        )

    def check(self) -> None:
        """Refuse what makes no sense.

        Raises:
            BadParameter: naming the parameter and what it may be.
        """
        check_numbers(
            self,
            whole={
                "hidden": (1, 4096),
                "population": (2, 100_000),
                "parents": (1, self.population),
                "elites": (1, self.population),
                "deals": (1, 10**6),
                "proofs": (2, 10**7),
                "workers": (1, 256),
            },
            real={
                **dict.fromkeys(("weight", "bias", "start"), (0.0, 100.0)),
                **dict.fromkeys(("floor", "patches"), (0.0, 1.0)),
                "caution": (0.0, 10.0),
                "sigma": (1e-9, 100.0),
            },
        )
        if not self.doubling > 0.0:
            raise BadParameter(f"ga: expected doubling above 0, got {self.doubling!r}")
        self.method.check()

    def train(self, task: Task, seed: int, resume: Checkpoint | None = None) -> Iterator[Checkpoint]:
        """Learn; see `arena.learner.Learner.train`.

        Metrics, in the game's unit where there is one game, else in spreads: ``best`` and ``mean`` (of the children),
        ``elite`` and ``elite_half_width`` (of the elite and its 95 % interval, on deals that did not choose it),
        ``decisions`` (of this generation), ``sigma``; and ``return/GAME/OPPONENT``, the elite's return in the game's unit.

        Raises:
            MissingExtra: if onnx is absent.
            NotCapable: if a game is not learnable or not played in compiled code, or an opponent is not compiled.
            BadParameter: if a parameter is outside what it may be, there is no opponent, or `resume` is of another training.
            LearningDiverged: if a return is no finite number.
        """
        from agents.evolution.contest import Contest

        self.check()
        if importlib.util.find_spec("onnx") is None:
            raise MissingExtra("onnx", "train")
        contest = Contest(task, seed, self.hidden, self.deals, self.proofs, self.workers, self.doubling)
        contest.check()
        ancestry = Ancestry() if resume is None else _restored(resume.state, self._signature(contest))
        return self._checkpoints(contest, ancestry)

    def decoder(self, contest: Contest) -> Decoder:
        """Makes networks of genomes."""
        return Decoder(contest.sizes, self.weight, self.bias, self.patches, self.start)

    def _checkpoints(self, contest: Contest, ancestry: Ancestry) -> Iterator[Checkpoint]:
        signature = self._signature(contest)
        for found in self.method.search(self.decoder(contest), contest, contest.seed, ancestry):
            steps = found.ancestry.steps
            network = contest.network(found.elite)
            agent = contest.course.agent(network, "logits", self, seed=contest.seed, steps=steps, scale=1.0)
            yield Checkpoint(agent, steps, _metrics(found, contest), _state(found.ancestry, signature))

    def _signature(self, contest: Contest) -> str:
        """What a state must be of to fit this training."""
        return contest.course.signature(dataclasses.replace(self, workers=1), contest.seed)


def _metrics(found: Generation, contest: Contest) -> dict[str, float]:
    return {
        "best": found.best,
        "mean": found.mean,
        "elite": found.score.mean,
        "elite_half_width": found.score.half_width,
        "decisions": float(found.decisions),
        "sigma": found.power,
        **{f"return/{name}": estimate(part).mean for name, part in contest.returns(found.values)},
    }


def _state(ancestry: Ancestry, signature: str) -> bytes:
    parents = [[list(genome.seeds), list(genome.powers)] for genome in ancestry.parents]
    book = {
        "of": signature,
        "generation": ancestry.generation,
        "steps": ancestry.steps,
        "parents": parents,
    }
    return json.dumps(book).encode()


def _restored(state: bytes, signature: str) -> Ancestry:
    """What `_state` wrote.

    Raises:
        BadParameter: if it is the state of another training, or none.
    """
    try:
        book: Mapping[str, Any] = json.loads(state)
        parents = tuple(Genome(tuple(seeds), tuple(powers)) for seeds, powers in book["parents"])
        other, ancestry = book["of"], Ancestry(book["generation"], book["steps"], parents)
    except (ValueError, TypeError, KeyError) as error:
        raise BadParameter("expected the state of a ga training, got bytes that are none") from error
    if other != signature:
        raise BadParameter(f"expected the state of training {signature}, got that of {other}")
    return ancestry
