"""What holds for every test."""

from __future__ import annotations

import signal

from hypothesis import HealthCheck, settings

# A shell starts what it runs in the background deaf to interrupts, and whatever that starts is deaf, too: here they are heard.
signal.signal(signal.SIGINT, signal.default_int_handler)

# The same examples in every run, and no verdict by the clock: a loaded machine is no failure.
settings.register_profile(
    "house", derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("house")
