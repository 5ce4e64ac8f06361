"""A person in the terminal."""
