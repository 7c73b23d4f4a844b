"""`pulse replay`: a site made of one recording, performed as if it happened now."""

import json
from pathlib import Path

from pulse.config import ConfigError, Fault
from pulse.runtime.site import RunningSite


def site_of_recording(recording: Path, kind: str, speed: float, folder: Path) -> RunningSite:
    """A site whose only source replays the recording; its config is kept in `folder`. Raises ConfigError."""
    if not recording.is_file():
        raise ConfigError([Fault(where=str(recording), message="no such file, expected a recorded log")])
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    config = folder / "replay.toml"
    config.write_text(_config(recording.absolute(), kind, speed), encoding="utf-8")
    return RunningSite.of(config)


def _config(recording: Path, kind: str, speed: float) -> str:
    """JSON strings are TOML strings."""
    lines = [
        "[site]",
        'name = "replay"',
        f"title = {{ en = {json.dumps(f'Replay of {recording.name}')}, zh = {json.dumps(f'回放 {recording.name}', ensure_ascii=False)} }}",
        "[sources.recording]",
        'kind = "replay"',
        f"of = {json.dumps(kind)}",
        f"path = {json.dumps(str(recording))}",
        f"speed = {speed}",
        'every = "500ms"',
    ]
    return "\n".join(lines) + "\n"
