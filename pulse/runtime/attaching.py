"""The files that go with the mail of a frozen day: rendered from what is kept, when a channel asks for them.

In: the payload of a notice. Out: attachments; none for any other notice. A rendering that fails is recorded, and the mail leaves
without it: it has a link to the page.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from alerts.message import Attachment
from pulse.config import Config
from pulse.kpi.snapshot import Edition, Snapshot, UnreadableSnapshot
from pulse.text import Language
from sql import snapshots
from sql.session import Database

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Rendering:
    """A form of a snapshot that people open: the ending of its file, its media type, and how it is made."""

    ending: str
    kind: str
    render: Callable[[Snapshot, Language], bytes]


class Attaching:
    """The files of one site; those made last are kept, for the next channel and the next try."""

    def __init__(self, database: Database, config: Callable[[], Config], renderings: Sequence[Rendering]) -> None:
        self._database = database
        self._config = config
        self._renderings = renderings
        self._kept: tuple[object, Sequence[Attachment]] = (None, ())

    def __call__(self, payload: Mapping[str, Any]) -> Sequence[Attachment]:
        """Those of a notice."""
        about = payload.get("snapshot")
        if not about or not self._renderings:
            return ()
        config = self._config()
        edition, day = Edition(about["edition"]), str(about["day"])
        languages = config.snapshot.languages or (config.site.language,)
        known, files = self._kept
        if known != (edition, day, languages):
            snapshot = self._find(config.site.name, edition, day)
            files = () if snapshot is None else tuple(self._files(snapshot, languages))
            self._kept = ((edition, day, languages), files)
        return files

    def _find(self, site: str, edition: Edition, day: str) -> Snapshot | None:
        try:
            return snapshots.find(self._database, site, edition, day)
        except UnreadableSnapshot:
            log.exception("snapshot_unreadable", edition=edition.value, day=day)
            return None

    def _files(self, snapshot: Snapshot, languages: Sequence[Language]) -> Iterator[Attachment]:
        for language in languages:
            for form in self._renderings:
                name = f"{snapshot.site}-{snapshot.edition.value}-{snapshot.day}-{language.value}.{form.ending}"
                try:
                    content = form.render(snapshot, language)
                except Exception:
                    log.exception("rendering_fault", file=name)
                else:
                    yield Attachment(name, form.kind, content)
