"""What holds for every test."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# The same examples in every run, and no verdict by the clock: a loaded machine is no failure.
settings.register_profile(
    "house", derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("house")
