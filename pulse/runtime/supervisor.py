"""`pulse up`: starts Redis, collect, watch and serve, starts again what dies, and stops all in order.

Children die with the supervisor: each asks the kernel for SIGTERM when its parent's main thread ends.
"""

import ctypes
import os
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.2, 5.0
_MOST_DEATHS, _DEATHS_WITHIN_S = 5, 60.0
_SLOW_PAUSE_S, _PROVEN_S = 60.0, 30.0
"""Nobody may look for weeks: what was given up is tried once a minute, and believed after half a minute of life."""
_STOP_S = {"serve": 0.7, "collect": 0.4, "watch": 0.5, "redis": 0.3}
_WATCHED = (signal.SIGCHLD, signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True, slots=True)
class Command:
    """One process to keep alive."""

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str]
    log: Path


@dataclass(slots=True)
class Child:
    """A process and its recent deaths."""

    command: Command
    process: subprocess.Popen[bytes] | None = None
    deaths: deque[float] = field(default_factory=deque)
    start_at: float = 0.0
    given_up: bool = False

    def died(self, now: float) -> None:
        """Notes a death: starts again after 0.2 to 5 s; after five in a minute it is given up, and tried once a minute."""
        self.process = None
        self.deaths.append(now)
        while now - self.deaths[0] > _DEATHS_WITHIN_S:
            self.deaths.popleft()
        self.given_up = self.given_up or len(self.deaths) >= _MOST_DEATHS
        quick_s = min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2 ** (len(self.deaths) - 1))
        self.start_at = now + (_SLOW_PAUSE_S if self.given_up else quick_s)

    def recovered(self, now: float) -> bool:
        """Whether a given-up process that was tried again has now lived long enough; takes the giving-up back."""
        if not self.given_up or self.process is None or now - self.start_at < _PROVEN_S:
            return False
        self.given_up = False
        self.deaths.clear()
        return True


class Supervisor:
    """Keeps children alive until a signal asks to stop. Must be made and run on the main thread."""

    def __init__(self, commands: Sequence[Command], say: Callable[[str], None], given_up: Callable[[Sequence[str]], None]) -> None:
        self._children = [Child(command) for command in commands]
        self._say = say
        self._tell_given_up = given_up
        self.is_stopping = False
        """Whether a stop was asked for."""
        self._libc = ctypes.CDLL(None, use_errno=True)
        signal.pthread_sigmask(signal.SIG_BLOCK, _WATCHED)

    def start(self, name: str) -> None:
        """Starts one child."""
        child = next(child for child in self._children if child.command.name == name)
        self._start(child)

    def run(self) -> None:
        """Watches over the children until SIGINT, SIGTERM or SIGHUP, then returns; `stop` ends them."""
        while True:
            told = signal.sigtimedwait(_WATCHED, self._pause_s())
            if told is not None and told.si_signo != signal.SIGCHLD:
                self.is_stopping = True
                return
            self._tend()

    def wait_for(self, ready: Callable[[], bool], name: str, within_s: float) -> bool:
        """Whether `ready` comes true within the time and before child `name` is given up or a stop is asked for."""
        until = time.monotonic() + within_s
        child = next(child for child in self._children if child.command.name == name)
        while not ready():
            told = signal.sigtimedwait(_WATCHED, 0.02)
            if told is not None and told.si_signo != signal.SIGCHLD:
                self.is_stopping = True
                return False
            self._tend()
            if child.given_up or time.monotonic() > until:
                return False
        return True

    def stop(self) -> None:
        """Ends all children in the reverse order of their start, each with its time to tidy up."""
        for child in reversed(self._children):
            process, name = child.process, child.command.name
            if process is None:
                continue
            process.terminate()
            try:
                process.wait(_STOP_S.get(name, 0.5))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _tend(self) -> None:
        now = time.monotonic()
        for child in self._children:
            if child.process is not None and child.process.poll() is not None:
                code = child.process.returncode
                was_given_up = child.given_up
                child.died(now)
                if not was_given_up:
                    self._say_death(child, code)
            if child.recovered(now):
                self._say(f"{child.command.name} lives again")
                self._tell_given_up(self._given_up())
            if child.process is None and child.deaths and now >= child.start_at:
                self._start(child)

    def _given_up(self) -> list[str]:
        return [child.command.name for child in self._children if child.given_up]

    def _say_death(self, child: Child, code: int) -> None:
        name, log = child.command.name, child.command.log
        if child.given_up:
            self._tell_given_up(self._given_up())
            self._say(f"{name} died {_MOST_DEATHS} times in a minute (exit {code}); tried once a minute, the others go on. See {log}")
        else:
            self._say(f"{name} ended (exit {code}) and is started again")

    def _pause_s(self) -> float:
        now = time.monotonic()
        due = [child.start_at - now for child in self._children if child.process is None and child.deaths]
        proven = [child.start_at + _PROVEN_S - now for child in self._children if child.process is not None and child.given_up]
        return max(0.0, min([*due, *proven], default=3600.0))

    def _start(self, child: Child) -> None:
        command = child.command
        with command.log.open("ab") as log:
            child.process = subprocess.Popen(
                command.arguments,
                env=dict(command.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=self._die_with_parent(os.getpid()),  # noqa: PLW1509 - no threads are running yet
            )

    def _die_with_parent(self, parent: int) -> Callable[[], None]:
        libc = self._libc

        def prepare() -> None:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _WATCHED)
            libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
            if os.getppid() != parent:
                os._exit(1)

        return prepare
