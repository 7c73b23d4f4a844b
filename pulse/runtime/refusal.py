"""What every reason not to start has in common: one clear line, and nothing was harmed."""


class RefusedToStart(RuntimeError):
    """Why a process does not start, in one line for the person who started it."""
