"""Rule-based agents of Dhumbal, each a compiled ``decide(view, parameters, rng)``."""
