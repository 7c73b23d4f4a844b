"""When a watch that stands by may take over."""

import os
import signal
import subprocess
import sys
import threading

import pytest

from pulse.fence import Fenced
from pulse.runtime.lease import STUCK_S, HeldLease, LockFile, Silence, may_take, stand_by
from pulse.runtime.refusal import RefusedToStart
from sql.lease import Holder, Leases, LeaseSeen
from sql.session import open_database, sqlite_url

HOLDS = "import fcntl, sys; f = open(sys.argv[1], 'a+b'); fcntl.lockf(f, fcntl.LOCK_EX, 1, 7); print('locked', flush=True); input()"

STOPS = """
import fcntl, os, signal, sqlite3, sys
held = open(sys.argv[1], "a+b")
fcntl.lockf(held, fcntl.LOCK_EX, 1, 7)
database = sqlite3.connect(sys.argv[2], isolation_level=None)
database.execute("BEGIN IMMEDIATE")
os.kill(os.getpid(), signal.SIGSTOP)
"""


@pytest.fixture
def lock(tmp_path):
    with LockFile(tmp_path / "lock.watch") as opened:
        yield opened


@pytest.fixture
def holder(tmp_path, lock):
    """Another process that has lease 7."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDS, tmp_path / "lock.watch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "locked\n"
    yield process
    process.kill()
    process.communicate()


def seen(beat=0, place="elsewhere", number=7):
    return LeaseSeen(number=number, beat=beat, holder="ada/1", place=place)


def test_a_lease_nobody_has_is_taken(lock):
    assert may_take(None, lock, Silence(), 0.0)
    assert may_take(seen(place=None), lock, Silence(), 0.0)


def test_a_holder_on_another_machine_is_given_two_seconds_from_its_last_beat(lock):
    silence = Silence()

    looks = [(0, 0.0), (0, 1.9), (1, 2.0), (1, 3.9), (1, 4.0)]

    assert [may_take(seen(beat), lock, silence, at) for beat, at in looks] == [False, False, False, False, True]


def test_a_gap_in_what_could_be_seen_is_no_silence(lock):
    silence = Silence()
    may_take(seen(), lock, silence, 0.0)

    silence.interrupted()

    assert not may_take(seen(), lock, silence, 60.0)
    assert may_take(seen(), lock, silence, 62.0)


def test_a_holder_that_died_on_this_machine_is_followed_at_once(lock, holder):
    silence = Silence()
    before = may_take(seen(place=lock.place), lock, silence, 0.0)

    holder.kill()
    holder.wait()

    assert (before, may_take(seen(place=lock.place), lock, silence, 0.1)) == (False, True)


def test_a_holder_on_this_machine_that_hangs_is_followed_after_its_silence(lock, holder):
    silence = Silence()

    looks = [may_take(seen(place=lock.place), lock, silence, at) for at in (0.0, 1.9, 2.0)]

    assert looks == [False, False, True]


def test_a_holder_that_is_stopped_within_a_transaction_is_ended_so_that_another_can_write(lock, tmp_path):
    with open_database(sqlite_url(tmp_path / "history.db")) as database:
        leases = Leases(database, "harbour")
        leases.take(None, 7, Holder("ada/1", lock.place))
        stopped = subprocess.Popen([sys.executable, "-c", STOPS, tmp_path / "lock.watch", tmp_path / "history.db"])
        os.waitid(os.P_PID, stopped.pid, os.WSTOPPED | os.WNOWAIT)

        number = stand_by(leases, lock, threading.Event(), lambda: 0)

    assert number == 8
    assert stopped.wait() == -signal.SIGKILL


def test_only_one_process_has_the_lock_of_a_number(lock, holder):
    assert (lock.is_free(7), lock.lock(7)) == (False, False)
    assert (lock.is_free(8), lock.lock(8)) == (True, True)


def test_a_lock_file_that_cannot_be_made_refuses_the_start_with_its_path(tmp_path):
    with pytest.raises(RefusedToStart, match=r"missing.lock.watch: No such file or directory"):
        LockFile(tmp_path / "missing" / "lock.watch")


def test_work_that_stands_still_for_half_a_minute_is_stuck_until_it_goes_on():
    lease = HeldLease(7, database=None, lost=threading.Event(), worked_at_s=100.0)

    stuck = [lease.is_stuck(at) for at in (100.0, 100.0 + STUCK_S, 100.1 + STUCK_S)]

    assert stuck == [False, False, True]


def test_work_goes_on_only_while_the_lease_is_ours():
    lease = HeldLease(7, database=None, lost=threading.Event(), worked_at_s=0.0)
    lease.worked()

    lease.lost.set()

    with pytest.raises(Fenced, match="lease 7"):
        lease.worked()
