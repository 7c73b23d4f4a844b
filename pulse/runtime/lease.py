"""Holding and awaiting the lease of a site's watch.

In: the lease in SQL, and a lock file in the data folder. Out: a held lease whose beats tell the others that its holder lives.
A holder that died on this machine is seen at once by its lock; of one on another machine, or one that hangs, only the silence tells.
"""

import fcntl
import os
import signal
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from types import TracebackType

import structlog

from pulse.fence import Fenced
from pulse.runtime.refusal import RefusedToStart
from sql.lease import Holder, Leases, LeaseSeen, number_after
from sql.session import Database, DatabaseLost

SILENT_S = 2.0
"""After so long without a beat a holder is taken for dead: four beats."""
BEAT_EVERY_S = 0.5
LOOK_EVERY_S = 0.2
STUCK_S = 30.0
"""A holder whose work stands still for so long stops beating: another one may do better."""
_FLOCK = "hhqqi"
"""The kernel's `struct flock`: type, whence, start, length, pid."""
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")

log = structlog.get_logger(__name__)


class Silence:
    """How long a lease has not moved, by the clock of who looks."""

    def __init__(self) -> None:
        self._moved: tuple[int, int] | None = None
        self._since_s = 0.0

    def seconds(self, seen: LeaseSeen, now_s: float) -> float:
        """The seconds for which looks, without a gap, have found the lease as it is now."""
        if self._moved != (seen.number, seen.beat):
            self._moved, self._since_s = (seen.number, seen.beat), now_s
        return now_s - self._since_s

    def interrupted(self) -> None:
        """Nothing could be seen: neither could the holder beat, perhaps, so the silence begins anew."""
        self._moved = None


class LockFile:
    """One file on this machine; the holder of lease n keeps its byte n locked, and the kernel frees it when the holder dies."""

    def __init__(self, path: Path) -> None:
        try:
            self._file = path.open("a+b")
        except OSError as error:
            raise RefusedToStart(f"{path}: {error.strerror}, expected a data folder that can be written; set data_dir") from error
        found = os.fstat(self._file.fileno())
        self.place = f"{_BOOT_ID.read_text(encoding='ascii').strip()}:{found.st_dev}:{found.st_ino}"
        """The same for all who share the file, and for nobody else."""

    def lock(self, number: int) -> bool:
        """Whether byte `number` is ours now; not while another process that lives has it."""
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, number)
        except OSError:
            return False
        return True

    def unlock(self, number: int) -> None:
        """Frees byte `number`."""
        fcntl.lockf(self._file, fcntl.LOCK_UN, 1, number)

    def is_free(self, number: int) -> bool:
        """Whether no other process has byte `number`."""
        if not self.lock(number):
            return False
        self.unlock(number)
        return True

    def end_stopped(self, number: int) -> None:
        """Kills the process that has byte `number` if it is stopped: stopped within a transaction it would lock the database for ever."""
        pid = self._owner(number)
        if pid and _is_stopped(pid):
            log.warning("stopped_holder_killed", lease=number, pid=pid)
            os.kill(pid, signal.SIGKILL)

    def _owner(self, number: int) -> int:
        asked = struct.pack(_FLOCK, fcntl.F_WRLCK, os.SEEK_SET, number, 1, 0)
        kind, _, _, _, pid = struct.unpack(_FLOCK, fcntl.fcntl(self._file, fcntl.F_GETLK, asked))
        return 0 if kind == fcntl.F_UNLCK else int(pid)

    def __enter__(self) -> "LockFile":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()


@dataclass(slots=True)
class HeldLease:
    """A lease that is ours, until `lost`."""

    number: int
    database: Database
    """Writes only while the lease is ours."""
    lost: threading.Event
    worked_at_s: float

    def worked(self) -> None:
        """Says that the work goes on; raises Fenced once the lease is lost."""
        if self.lost.is_set():
            raise Fenced(f"lease {self.number}: no longer ours")
        self.worked_at_s = monotonic()

    def is_stuck(self, now_s: float) -> bool:
        """Whether the work has stood still for longer than it may."""
        return now_s - self.worked_at_s > STUCK_S


def stand_by(leases: Leases, lock: LockFile, stopping: threading.Event, above: Callable[[], int]) -> int | None:
    """Waits until the lease is ours and gives its number, higher than `above`; None where a stop was asked for first."""
    silence, awaited = Silence(), 0
    while not stopping.is_set():
        try:
            seen = leases.seen()
            if may_take(seen, lock, silence, monotonic()) and (number := _taken(leases, lock, seen, above())) is not None:
                log.info("lease_taken", lease=number, before=seen.holder if seen else None)
                return number
        except DatabaseLost as error:
            silence.interrupted()
            log.warning("lease_not_seen", error=type(error).__name__)
        else:
            if seen is not None and seen.number != awaited:
                log.info("standing_by", lease=seen.number, holder=seen.holder)
                awaited = seen.number
        stopping.wait(LOOK_EVERY_S)
    return None


def _taken(leases: Leases, lock: LockFile, seen: LeaseSeen | None, above: int) -> int | None:
    """The number of the lease that is ours now, its byte locked beforehand; None where another one was faster."""
    number = number_after(seen, above)
    if not lock.lock(number):
        return None
    if leases.take(seen, number, Holder(f"{socket.gethostname()}/{os.getpid()}", lock.place)):
        return number
    lock.unlock(number)
    return None


def may_take(seen: LeaseSeen | None, lock: LockFile, silence: Silence, now_s: float) -> bool:
    """Whether a lease is free: nobody had it, its holder let go of it, died on this machine, or has not been heard for two seconds.

    A holder on this machine that is stopped is ended then.
    """
    if seen is None or seen.place is None:
        return True
    if seen.place == lock.place and lock.is_free(seen.number):
        return True
    if silence.seconds(seen, now_s) < SILENT_S:
        return False
    if seen.place == lock.place:
        lock.end_stopped(seen.number)
    return True


def _is_stopped(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] in ("T", "t")


@contextmanager
def held(leases: Leases, lock: LockFile, number: int) -> Iterator[HeldLease]:
    """Beats for a lease that was taken, in a thread of its own, and lets go of it at the end."""
    lease = HeldLease(number, leases.guarded(number), threading.Event(), monotonic())
    over = threading.Event()
    beating = threading.Thread(target=_beat, args=(leases, lease, over), daemon=True)
    beating.start()
    try:
        yield lease
    finally:
        over.set()
        beating.join()
        lock.unlock(number)
        _release(leases, lease)


def _beat(leases: Leases, lease: HeldLease, over: threading.Event) -> None:
    while not over.wait(BEAT_EVERY_S):
        if lease.is_stuck(monotonic()):
            log.error("work_stands_still", lease=lease.number, for_s=round(monotonic() - lease.worked_at_s))
            continue
        try:
            leases.beat(lease.number)
        except Fenced:
            lease.lost.set()
            return
        except DatabaseLost as error:
            log.warning("lease_not_renewed", error=type(error).__name__)


def _release(leases: Leases, lease: HeldLease) -> None:
    if lease.lost.is_set():
        return
    try:
        leases.release(lease.number)
    except (Fenced, *DatabaseLost) as error:
        # Whoever stands by finds out by itself: the lock is free, and no beat comes.
        log.warning("lease_not_released", lease=lease.number, error=type(error).__name__)
