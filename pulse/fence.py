"""What keeps a process that lost its place from writing: everything it writes carries the number of its lease."""


class Fenced(RuntimeError):
    """Another process has the lease by now: whatever this one had begun to write is undone."""
