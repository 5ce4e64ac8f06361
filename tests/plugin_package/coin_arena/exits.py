"""A module that ends the program when it is loaded."""

raise SystemExit("bye")
