"""`pulse replay`: a site made of one recording, performed as if it happened now."""

import json
import shutil
from pathlib import Path

from pulse.config import ConfigError, Fault
from pulse.runtime.site import RunningSite


def site_of_recording(recording: Path, kind: str, speed: float, folder: Path) -> RunningSite:
    """A site whose only source replays the recording; its config is kept in `folder`, emptied before.

    Raises ConfigError, and AlreadyRunning where an earlier replay still works on that folder.
    """
    if not recording.is_file():
        raise ConfigError([Fault(where=str(recording), message="no such file, expected a recorded log")])
    config = folder / "replay.toml"
    if folder.is_dir() and any(folder.iterdir()) and not config.is_file():
        raise ConfigError([Fault(where=str(folder), message="holds other things, expected an empty folder or one of an earlier replay")])
    # A replay begins at the beginning: what an earlier one has left would stand in the same day.
    if config.is_file():
        site = RunningSite.of(config)
        with site.places.locked("up"):
            shutil.rmtree(folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    config.write_text(_config(recording.absolute(), kind, speed), encoding="utf-8")
    return RunningSite.of(config)


def _config(recording: Path, kind: str, speed: float) -> str:
    lines = [
        "[site]",
        'name = "replay"',
        f"title = {{ en = {_quoted(f'Replay of {recording.name}')}, zh = {_quoted(f'回放 {recording.name}')} }}",
        "[sources.recording]",
        'kind = "replay"',
        f"of = {_quoted(kind)}",
        f"path = {_quoted(str(recording))}",
        f"speed = {speed}",
        'every = "500ms"',
    ]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A JSON string is a TOML string, as long as no character is written as a pair of surrogates."""
    return json.dumps(text, ensure_ascii=False)
