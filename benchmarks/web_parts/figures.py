"""What the parts of the benchmark of the web report."""

from __future__ import annotations

import json
from dataclasses import dataclass

__all__ = ["Figure"]


@dataclass(frozen=True)
class Figure:
    """One line of the report."""

    what: str
    value: float
    unit: str
    peer: str | None = None
    peer_value: float | None = None
    bound: str = ""
    """What is to be reached, such as ``< 100``; empty where nothing is."""

    @property
    def reached(self) -> bool | None:
        """Whether it is; None where nothing is to be reached."""
        if not self.bound:
            return None
        sign, limit = self.bound.split()
        reach = float(limit.replace(",", ""))
        return {"<": self.value < reach, "<=": self.value <= reach, ">=": self.value >= reach}[sign]

    @property
    def ratio(self) -> float | None:
        """The value over the peer's; None without a peer."""
        return None if self.peer_value is None else round(self.value / self.peer_value, 3)

    def as_json(self) -> str:
        """One JSON object."""
        found = {"what": self.what, "value": self.value, "unit": self.unit, "peer": self.peer}
        found |= {"peer_value": self.peer_value, "ratio": self.ratio}
        if self.bound:
            found |= {"bound": self.bound, "reached": self.reached}
        return json.dumps(found, ensure_ascii=False)

    def as_text(self) -> str:
        """One line of a table."""
        line = f"{self.what:<74} {self.value:>10,.5g} {self.unit:<12}"
        if self.peer is not None:
            line += f" {self.peer}: {self.peer_value:,.5g}"
        if self.bound:
            line += f" [{self.bound}: {'reached' if self.reached else 'MISSED'}]"
        return line
