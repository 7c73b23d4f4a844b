import asyncio
import gzip

import pytest

from collectors.ami import GREETING
from collectors.ami_playback import AmiPlayback, cues_of
from collectors.base import SourceFailed
from tests.collectors.recorded import EXAMPLE

TRANSCRIPT = gzip.decompress((EXAMPLE / "ami_transcript.txt.gz").read_bytes())
OPENING = GREETING.encode() + b"/11\r\nResponse: Success\r\n\r\n"
FIRST = b"Event: A\r\nUniqueid: 1795412300.1\r\n\r\n"
SECOND = b"Event: B\r\nLastCall: 1795412290\r\nLoginTime: 1795412310\r\n\r\n"
RUBBISH = b"Event: C\r\nUniqueid: 9999999999.1\r\n\r\n"


def test_cues_are_the_running_maximum_and_rubbish_moves_nothing() -> None:
    cues = cues_of(OPENING + FIRST + SECOND + RUBBISH)

    assert cues.epochs == (1795412300, 1795412310)
    assert cues.ends == (len(OPENING + FIRST), len(OPENING + FIRST + SECOND + RUBBISH))
    assert [cues.due(at * 1000) for at in (1795412299, 1795412309, 1795412310)] == [0, cues.ends[0], cues.ends[1]]


def test_real_transcript_begins_with_the_queue_log_and_is_wholly_due_at_its_end() -> None:
    cues = cues_of(TRANSCRIPT)

    assert cues.epochs[0] == 1795412295
    assert cues.ends[-1] == len(TRANSCRIPT)
    assert 880 < cues.epochs[-1] - cues.epochs[0] < 930


@pytest.mark.parametrize("recording", [b"", b"something else\r\n\r\n", OPENING + b"Event: A\r\n\r\n"])
def test_what_is_no_session_is_a_failed_source(recording: bytes) -> None:
    with pytest.raises(SourceFailed):
        AmiPlayback(recording)


async def test_session_is_said_byte_for_byte() -> None:
    playback = AmiPlayback(TRANSCRIPT)
    reader, writer = await asyncio.open_connection("127.0.0.1", await playback.start())
    opening = await reader.readuntil(b"\r\n\r\n")

    saying = asyncio.create_task(playback.advance(1795419999_000))
    heard = opening + await reader.readexactly(len(TRANSCRIPT) - len(opening))

    assert await saying == len(TRANSCRIPT)
    assert heard == TRANSCRIPT
    assert playback.has_ended()
    writer.close()
    await playback.close()


async def test_nothing_is_said_before_its_time() -> None:
    playback = AmiPlayback(OPENING + FIRST + SECOND)
    reader, writer = await asyncio.open_connection("127.0.0.1", await playback.start())
    await reader.readexactly(len(OPENING))

    sent = await playback.advance(1795412305_000)

    assert (sent, playback.has_ended()) == (len(OPENING + FIRST), False)
    assert await reader.readexactly(len(FIRST)) == FIRST
    writer.close()
    await playback.close()


async def test_who_comes_later_is_greeted_and_hears_the_present() -> None:
    playback = AmiPlayback(OPENING + FIRST + SECOND)
    port = await playback.start()
    await playback.advance(1795412305_000)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    greeting = await reader.readexactly(len(OPENING))

    await playback.advance(1795412310_000)

    assert (greeting, await reader.readexactly(len(SECOND))) == (OPENING, SECOND)
    writer.close()
    await playback.close()
