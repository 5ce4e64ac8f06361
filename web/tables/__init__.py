"""Tables: people play against agents, and others watch."""
