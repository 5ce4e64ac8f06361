"""Where chunks are played: in this process, or in others that are watched and may be ended."""
