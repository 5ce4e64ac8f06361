"""The loss of PPO."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from agents.deep.torch_net import NEVER, masked_log_softmax

__all__ = ["Minibatch", "ppo_loss"]


@dataclass(frozen=True, eq=False)
class Minibatch:
    """Decisions to learn from; B of them."""

    observations: torch.Tensor
    """[B, F]."""
    masks: torch.Tensor
    """bool[B, A]."""
    actions: torch.Tensor
    """int64[B]."""
    log_probs: torch.Tensor
    """float32[B], of the actions when they were played."""
    values: torch.Tensor
    """float32[B], as they were when they were played."""
    advantages: torch.Tensor
    """float32[B]."""
    targets: torch.Tensor
    """float32[B], of the values."""
    advice: torch.Tensor
    """int64[B], what a teacher would play; -1 where there is none."""

    def rows(self, rows: torch.Tensor) -> Minibatch:
        """The decisions numbered `rows`, int64[K]."""
        return Minibatch(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


def ppo_loss(  # noqa: PLR0917  # the symbols of the formula, in its order
    logits: torch.Tensor,
    values: torch.Tensor,
    batch: Minibatch,
    clip: float,
    value_weight: float,
    bonus: float,
    lesson: float,
) -> tuple[torch.Tensor, dict[str, float]]:
    """The clipped surrogate objective, turned into a loss.

    Schulman et al. 2017, eq. 7 and 9: ``-E[min(r A, clip(r, 1 - e, 1 + e) A)] + c1 E[(V - target)^2] - c2 E[entropy]``
    with r the ratio of the probabilities now and then. Beside it ``c3 E[-log p(teacher's action)]``: S. Schmitt et al.,
    "Kickstarting Deep Reinforcement Learning", arXiv 1803.03835 (2018), with a teacher that plays one action for sure.

    Args:
        logits: [B, A], numbers of the actions now.
        values: float32[B], values now.
        batch: what was played.
        clip: e.
        value_weight: c1.
        bonus: c2.
        lesson: c3.

    Returns:
        The loss, and the metrics ``policy_loss``, ``value_loss``, ``entropy``, ``divergence`` (J. Schulman, "Approximating
        KL Divergence", 2020, k3), ``clipped`` and, where a teacher counts, ``agreement``: the mean probability of his
        actions.
    """
    log_probs = masked_log_softmax(logits, batch.masks)
    chosen = log_probs.gather(1, batch.actions[:, None])[:, 0]
    change = chosen - batch.log_probs
    ratio = change.exp()
    gain = torch.minimum(ratio * batch.advantages, ratio.clamp(1 - clip, 1 + clip) * batch.advantages)
    policy_loss = -gain.mean()
    value_loss = (values - batch.targets).square().mean()
    # Not `log_probs.exp()`, which takes ten times as long where logarithms are as small as those of illegal actions.
    chances = torch.softmax(logits.float().masked_fill(~batch.masks, NEVER), dim=1)
    entropy = -(chances * log_probs).sum(dim=1).mean()
    loss = policy_loss + value_weight * value_loss - bonus * entropy
    metrics = {}
    if lesson > 0.0:
        taught = log_probs.gather(1, batch.advice[:, None])[:, 0]
        loss = loss - lesson * taught.mean()
        metrics["agreement"] = taught.detach().exp().mean().item()
    with torch.no_grad():
        metrics |= {
            "policy_loss": policy_loss.item(),
            "value_loss": value_loss.item(),
            "entropy": entropy.item(),
            "divergence": (ratio - 1 - change).mean().item(),
            "clipped": ((ratio - 1).abs() > clip).float().mean().item(),
        }
    return loss, metrics
