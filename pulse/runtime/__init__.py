"""Wires the packages together: each module here is one thing a command of the CLI runs."""
