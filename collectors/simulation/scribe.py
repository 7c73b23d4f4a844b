"""Writes down what happens in the simulated world, as records.

In: facts of the world. Out: contact events, agent states and queue states, with ids that follow from the facts.
"""

from typing import Any

from collectors.base import SourceContext
from collectors.simulation.contact import Complaint, Traits
from collectors.simulation.plan import QUEUES
from collectors.simulation.staff import Member
from pulse.kpi.records import AgentState, AgentStateType, ContactEvent, ContactEventType, QueueState, Rating, Record

_LINES = {name: plan.business_line for name, plan in QUEUES.items()}


class Scribe:
    """Collects the records of one stretch of time."""

    def __init__(self, context: SourceContext) -> None:
        self._site, self._source = context.site, context.source
        self._records: list[Record] = []

    def taken(self) -> list[Record]:
        """The records written since the last call, in the order of their instants."""
        records, self._records = self._records, []
        return records

    def contact(self, type_: ContactEventType, contact: str, queue: str, at: int, **facts: Any) -> None:
        """Writes a contact event."""
        facts.setdefault("business_line", _LINES[queue])
        self._records.append(
            ContactEvent(
                site=self._site,
                source=self._source,
                event_id=f"{self._source}|{contact}|{type_.value}",
                contact_id=contact,
                queue=queue,
                channel=QUEUES[queue].channel,
                at=at,
                type=type_,
                **facts,
            )
        )

    def offered(self, contact: str, queue: str, at: int, brought: Traits, customer: str) -> None:
        """Writes that a contact entered its queue, with what is known of it."""
        attributes = {"region": brought.region}
        if brought.carrier:
            attributes["carrier"] = brought.carrier
        self.contact(
            ContactEventType.OFFERED,
            contact,
            queue,
            at,
            segment=brought.segment,
            customer=customer,
            priority=QUEUES[queue].priority,
            attributes=attributes,
        )

    def completed(self, contact: str, queue: str, at: int, agent: str | None, brought: Traits) -> None:
        """Writes that a contact was handled."""
        self.contact(
            ContactEventType.COMPLETED,
            contact,
            queue,
            at,
            agent=agent,
            segment=brought.segment,
            talk_s=brought.talk_ms / 1000,
            hold_s=brought.hold_ms / 1000,
            acw_s=brought.acw_ms / 1000,
        )

    def rated(self, contact: str, queue: str, at: int, rating: Rating, **facts: Any) -> None:
        """Writes a customer's rating."""
        self.contact(ContactEventType.RATED, contact, queue, at, rating=rating, **facts)

    def complained(self, contact: str, queue: str, at: int, complaint: Complaint, **facts: Any) -> None:
        """Writes a complaint with its class and words."""
        self.contact(
            ContactEventType.COMPLAINT,
            contact,
            queue,
            at,
            category=complaint.saying.category,
            business_line=complaint.saying.line,
            level=complaint.level,
            text=complaint.text,
            **facts,
        )

    def agent(self, member: Member, state: AgentStateType, at: int, reason: str | None) -> None:
        """Writes what an agent does from now on."""
        self._records.append(
            AgentState(
                site=self._site,
                source=self._source,
                agent=member.key,
                at=at,
                state=state,
                reason=reason,
                queues=member.queues,
                slots=member.slots,
            )
        )

    def backlog(self, queue: str, at: int, waiting: dict[str, int], in_service: int) -> None:
        """Writes the backlog of a queue; who waits is left to the events."""
        oldest = next(iter(waiting.values()), None)
        self._records.append(
            QueueState(
                site=self._site,
                source=self._source,
                queue=queue,
                channel=QUEUES[queue].channel,
                at=at,
                received_at=at,
                backlog_open=len(waiting) + in_service,
                backlog_unassigned=len(waiting),
                backlog_oldest_age_s=None if oldest is None else (at - oldest) / 1000,
            )
        )
