"""Dhumbal, also known as Jhyap (Nepal) and Yaniv (Israel): throw sets and runs, hold little, call."""
