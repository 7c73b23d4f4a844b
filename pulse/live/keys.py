"""The names in Redis, all in one place; every key of a site carries one hash tag, so that a shard stays together."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one site."""

    site: str

    def __call__(self, name: str) -> str:
        """The key `name` of this site."""
        return f"pulse:{{{self.site}}}:{name}"

    @property
    def records(self) -> str:
        """Stream of record batches: fields `source` and `records`; `drill` too where they belong to one."""
        return self("records")

    @property
    def board(self) -> str:
        """The latest Board; a pub/sub channel of the same name carries each new one."""
        return self("board")

    @property
    def alerts(self) -> str:
        """Hash of id to open alert, with `version` and `at`; a pub/sub channel of the same name carries what changes."""
        return self("open_alerts")

    @property
    def lease(self) -> str:
        """The highest number of a lease that published; a lower one is refused."""
        return self("lease")

    @property
    def drill(self) -> str:
        """The drill that is to be played; gone soon after nobody calls for it any more."""
        return self("drill")

    @property
    def changed(self) -> str:
        """Pub/sub nudge: something in SQL or the config changed; never the truth itself."""
        return self("changed")

    def cursor(self, source: str) -> str:
        """How far a source has been read."""
        return self(f"cursor:{source}")

    @property
    def answers(self) -> str:
        """Hash of source name to its last answer."""
        return self("answers")

    @property
    def sources(self) -> str:
        """Hash of source name to its health."""
        return self("sources")

    @property
    def screens(self) -> str:
        """Hash of a wall's own name to its last heartbeat."""
        return self("screens")
