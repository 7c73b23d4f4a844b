"""The simulated world: contacts wait first come first served, agents take them, everything to come stands on one agenda.

In: a state and an instant to advance to. Out: records; where the stretches of time are cut makes no difference to them.
"""

from collections.abc import Callable
from heapq import heappop, heappush
from typing import Any

from collectors.base import Cursor, SourceContext
from collectors.simulation.chance import arrivals, seeded
from collectors.simulation.contact import Traits, asked, late_parcel, traits
from collectors.simulation.customer import HANDED_ON, customer_of
from collectors.simulation.plan import QUEUES
from collectors.simulation.scene import STATES, Scene, Worker, WorldState, turn
from collectors.simulation.scribe import Scribe
from collectors.simulation.staff import DUTY_EVERY_MS, Duty, duty, levels, roster
from collectors.simulation.story import STORY_EVERY_MS, Happening, told
from pulse.kpi.records import AgentStateType, Channel, ContactEventType

_MINUTE_MS = 60_000
_BACKLOG_EVERY_MS = 30_000
"""Often enough that a backlog never looks stale between two tellings."""
_LONG_WAIT_MS = 60_000
"""Who waited longer rates one lower, except by mail and social media."""
_PATIENT = frozenset({Channel.EMAIL, Channel.SOCIAL})
_BACKLOG_QUEUES = tuple(name for name, plan in QUEUES.items() if plan.channel is Channel.EMAIL)


class World:
    """A contact centre that can be advanced, put down and taken up again."""

    def __init__(self, scene: Scene, state: WorldState, context: SourceContext, working: Cursor | None = None) -> None:
        self._scene, self._state = scene, state
        self._scribe = Scribe(context)
        self._workers = {member.key: Worker(member) for member in roster(scene.contacts_per_day)}
        self._of_queue = {name: [one for one in self._workers.values() if name in one.member.queues] for name in QUEUES}
        self._known: dict[str, Traits] = {}
        for queue in QUEUES:
            state.waiting.setdefault(queue, {})
        for key in self._workers.keys() & (working or {}).keys():
            self._workers[key].take_up((working or {})[key])
        self._handlers: dict[str, Callable[[Happening], None]] = {
            "abandon": self._abandon,
            "acw_end": self._acw_end,
            "arrive": self._arrive,
            "backlog": self._backlog,
            "complain": self._complain,
            "duty": self._duty,
            "join": self._join,
            "late_parcel": self._late_parcel,
            "leave": self._leave,
            "minute": self._minute,
            "overflow": self._overflow,
            "rate": self._rate,
            "reply": self._reply,
            "story": self._story,
            "talk_end": self._talk_end,
        }

    @property
    def now(self) -> int:
        """The instant the world stands at."""
        return self._state.now

    def advance(self, until: int) -> list[Any]:
        """The records of all that happens up to and with an instant."""
        agenda = self._state.agenda
        while agenda and agenda[0][0] <= until:
            happening = heappop(agenda)
            self._handlers[happening[1]](happening)
        self._state.now = max(until, self._state.now)
        return self._scribe.taken()

    def as_map(self) -> Cursor:
        """Everything needed to go on, as JSON."""
        scene, state = self._scene, self._state
        return {
            "seed": scene.seed,
            "contacts_per_day": scene.contacts_per_day,
            "first_at": scene.first_at,
            "profile_ms": scene.profile_ms,
            "now": state.now,
            "agenda": [list(happening) for happening in sorted(state.agenda)],
            "waiting": {queue: list(contacts.items()) for queue, contacts in state.waiting.items() if contacts},
            "agents": {key: list(one.stored) for key, one in self._workers.items() if not one.is_away},
        }

    def _push(self, at: int, kind: str, contact: str = "", queue: str = "", agent: str = "") -> None:
        heappush(self._state.agenda, (at, kind, contact, queue, agent))

    def _traits(self, contact: str, queue: str) -> Traits:
        if contact not in self._known:
            self._known[contact] = traits(self._scene.seed, contact, queue)
        return self._known[contact]

    def _customer(self, contact: str, *, complains: bool) -> str:
        return customer_of(self._scene.seed, contact, self._scene.contacts_per_day, complains=complains)

    def _backlog(self, happening: Happening) -> None:
        at = happening[0]
        for queue in _BACKLOG_QUEUES:
            in_service = sum(1 for one in self._state.agenda if one[1] == "talk_end" and one[3] == queue)
            self._scribe.backlog(queue, at, self._state.waiting[queue], in_service)
        self._push(at + _BACKLOG_EVERY_MS, "backlog")

    def _minute(self, happening: Happening) -> None:
        """Draws who arrives until the next full minute; a minute begun is drawn whole and cut."""
        at, minute = happening[0], happening[0] // _MINUTE_MS
        for queue, plan in QUEUES.items():
            random = seeded(self._scene.seed, queue, minute)
            rate = self._scene.per_minute(queue, minute * _MINUTE_MS)
            for number, offset_ms in enumerate(arrivals(random, rate, _MINUTE_MS)):
                if minute * _MINUTE_MS + offset_ms >= at:
                    self._push(minute * _MINUTE_MS + offset_ms, "arrive", f"{plan.code}{minute:x}-{number}", queue)
        self._push((minute + 1) * _MINUTE_MS, "minute")

    def _story(self, happening: Happening) -> None:
        at, scene = happening[0], self._scene
        helpers = [one.member for one in self._workers.values() if one.member.number < 0]
        for coming in told(at, seeded(scene.seed, "story", at - scene.first_at), helpers):
            heappush(self._state.agenda, coming)
        self._push(at + STORY_EVERY_MS, "story")

    def _arrive(self, happening: Happening) -> None:
        at, _, contact, queue, _ = happening
        brought, plan = self._traits(contact, queue), QUEUES[queue]
        customer = self._customer(contact, complains=brought.complaint is not None)
        self._scribe.offered(contact, queue, at, brought, customer)
        if plan.channel is Channel.BOT:
            self._answer(at, contact, queue, at, None)
            return
        worker = min((one for one in self._of_queue[queue] if one.is_free), key=turn, default=None)
        if worker is not None:
            self._answer(at, contact, queue, at, worker)
            return
        self._state.waiting[queue][contact] = at
        timeout_ms = None if plan.timeout_s is None else round(plan.timeout_s * 1000)
        if timeout_ms is not None and (brought.patience_ms is None or timeout_ms < brought.patience_ms):
            self._push(at + timeout_ms, "overflow", contact, queue)
        elif brought.patience_ms is not None:
            self._push(at + brought.patience_ms, "abandon", contact, queue)

    def _answer(self, at: int, contact: str, queue: str, offered_at: int, worker: Worker | None) -> None:
        brought = self._traits(contact, queue)
        key = worker.member.key if worker else None
        wait_s = (at - offered_at) / 1000
        self._scribe.contact(ContactEventType.ANSWERED, contact, queue, at, agent=key, wait_s=wait_s, segment=brought.segment)
        if worker is not None:
            worker.load += 1
            self._turn_to(worker, AgentStateType.BUSY, at)
        ends_at = at + brought.talk_ms + brought.hold_ms
        self._push(ends_at, "talk_end", contact, queue, key or "")
        if QUEUES[queue].channel in _PATIENT:
            self._push(ends_at, "reply", contact, queue, str(ends_at - offered_at))
        if brought.rating is not None:
            impatient = QUEUES[queue].channel not in _PATIENT and at - offered_at > _LONG_WAIT_MS
            self._push(ends_at + brought.rating_delay_ms, "rate", contact, queue, str(max(1, brought.rating - impatient)))

    def _talk_end(self, happening: Happening) -> None:
        at, _, contact, queue, key = happening
        brought = self._traits(contact, queue)
        if brought.handed_on:
            self._scribe.contact(ContactEventType.TRANSFERRED, contact, queue, at, reason="asked_for_human")
            self._push(at + 1000, "arrive", f"{contact}{HANDED_ON}", "chat_service")
        elif QUEUES[queue].channel is Channel.BOT:
            self._scribe.contact(ContactEventType.RESOLVED, contact, queue, at, segment=brought.segment)
        self._scribe.completed(contact, queue, at, key or None, brought)
        if brought.complaint is not None:
            self._push(at + brought.complaint.delay_ms, "complain", contact, queue)
        self._known.pop(contact, None)
        if not key:
            return
        worker = self._workers[key]
        worker.load -= 1
        if brought.acw_ms:
            self._turn_to(worker, AgentStateType.ACW, at)
            self._push(at + brought.acw_ms, "acw_end", "", "", key)
        else:
            self._settle(worker, at)

    def _acw_end(self, happening: Happening) -> None:
        self._settle(self._workers[happening[4]], happening[0])

    def _abandon(self, happening: Happening) -> None:
        self._give_up(happening, ContactEventType.ABANDONED, None)

    def _overflow(self, happening: Happening) -> None:
        self._give_up(happening, ContactEventType.OVERFLOWED, "timeout")

    def _give_up(self, happening: Happening, type_: ContactEventType, reason: str | None) -> None:
        at, _, contact, queue, _ = happening
        offered_at = self._state.waiting[queue].pop(contact, None)
        if offered_at is None:
            return
        brought = self._traits(contact, queue)
        self._scribe.contact(type_, contact, queue, at, wait_s=(at - offered_at) / 1000, reason=reason, segment=brought.segment)
        self._known.pop(contact, None)

    def _rate(self, happening: Happening) -> None:
        at, _, contact, queue, value = happening
        brought, rating = traits(self._scene.seed, contact, queue), asked(self._scene.seed, contact, int(value))
        customer = self._customer(contact, complains=brought.complaint is not None)
        self._scribe.rated(contact, queue, at, rating, segment=brought.segment, customer=customer)

    def _reply(self, happening: Happening) -> None:
        """A written answer is the first reply and, here, the solution too."""
        at, _, contact, queue, since_ms = happening
        for type_ in (ContactEventType.FIRST_REPLY, ContactEventType.RESOLVED):
            self._scribe.contact(type_, contact, queue, at, wait_s=int(since_ms) / 1000)

    def _complain(self, happening: Happening) -> None:
        at, _, contact, queue, _ = happening
        brought = traits(self._scene.seed, contact, queue)
        if brought.complaint is not None:
            attributes = {"carrier": brought.carrier} if brought.carrier else {}
            about = {"segment": brought.segment, "customer": self._customer(contact, complains=True), "attributes": attributes}
            self._scribe.complained(contact, queue, at, brought.complaint, **about)

    def _late_parcel(self, happening: Happening) -> None:
        at, _, contact, queue, _ = happening
        complaint, carrier, segment = late_parcel(self._scene.seed, contact)
        about = {"segment": segment, "customer": self._customer(contact, complains=True), "attributes": {"carrier": carrier}}
        self._scribe.complained(contact, queue, at, complaint, **about)

    def _duty(self, happening: Happening) -> None:
        at = happening[0]
        wall_ms = at + self._scene.profile_ms
        wanted = levels(self._scene.contacts_per_day, wall_ms)
        for worker in self._workers.values():
            if worker.member.number >= 0:
                self._mean(worker, duty(worker.member, wanted, wall_ms), at)
        self._push(at + DUTY_EVERY_MS - wall_ms % DUTY_EVERY_MS, "duty")

    def _join(self, happening: Happening) -> None:
        self._mean(self._workers[happening[4]], Duty.ON, happening[0])

    def _leave(self, happening: Happening) -> None:
        self._mean(self._workers[happening[4]], Duty.OFF, happening[0])

    def _mean(self, worker: Worker, meant: Duty, at: int) -> None:
        """Gives an agent a duty; who is in a contact or its after-work finishes that first."""
        if worker.duty is meant:
            return
        worker.duty = meant
        if worker.state is not AgentStateType.ACW:
            self._settle(worker, at)

    def _settle(self, worker: Worker, at: int) -> None:
        """What an agent does next: the contacts that wait longest, else what its duty says."""
        if worker.duty is Duty.ON:
            while worker.load < worker.member.slots and (queue := self._longest_waiting(worker.member.queues)):
                contact, offered_at = next(iter(self._state.waiting[queue].items()))
                del self._state.waiting[queue][contact]
                self._answer(at, contact, queue, offered_at, worker)
        if worker.load == 0:
            self._turn_to(worker, STATES[worker.duty], at)

    def _longest_waiting(self, queues: tuple[str, ...]) -> str | None:
        heads = [(next(iter(waiting.values())), name) for name in queues if (waiting := self._state.waiting[name])]
        return min(heads)[1] if heads else None

    def _turn_to(self, worker: Worker, state: AgentStateType, at: int) -> None:
        reason = worker.duty.value if state is AgentStateType.PAUSED else None
        if worker.state is state and state is not AgentStateType.PAUSED:
            return
        worker.state, worker.since = state, at
        self._scribe.agent(worker.member, state, at, reason)
