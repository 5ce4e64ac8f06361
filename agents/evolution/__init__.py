"""Search over the parameters of agents: the cross-entropy method, for any agent that says what may be tuned."""
