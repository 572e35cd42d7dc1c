"""The state diagrams of docs/architecture.md, drawn from the tables of core.orders.states."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from core.orders.states import FINAL_LEG_STATES, LEG, QUEUE, BrokerStatus, QueueStatus

S = TypeVar("S", bound=StrEnum)
E = TypeVar("E", bound=StrEnum)


def queue_diagram() -> str:
    """An order in the queue. `denied` is where an order begins and ends that our limits refuse."""
    final = [status for status, row in QUEUE.items() if not row]
    return _diagram(QUEUE, [QueueStatus.PENDING, QueueStatus.DENIED], final)


def leg_diagram() -> str:
    """A leg at its broker."""
    return _diagram(LEG, [BrokerStatus.READY], sorted(FINAL_LEG_STATES))


def diagrams_in(text: str) -> list[str]:
    """Every mermaid block of a Markdown text."""
    return [block.strip() for block in re.findall(r"```mermaid\n(.*?)```", text, re.DOTALL)]


def _diagram(table: Mapping[S, Mapping[E, S]], begin: list[S], final: list[S]) -> str:
    lines = ["stateDiagram-v2"]
    lines += [f'    state "{status}" as {_name(status)}' for status in table if " " in status]
    lines += [f"    [*] --> {_name(status)}" for status in begin]
    for status, row in table.items():
        moves: dict[S, list[str]] = {}
        for event, becomes in row.items():
            if becomes is not status:
                moves.setdefault(becomes, []).append(event.value.replace("_", " "))
        lines += [
            f"    {_name(status)} --> {_name(becomes)}: {', '.join(events)}" for becomes, events in moves.items()
        ]
    lines += [f"    {_name(status)} --> [*]" for status in final]
    return "\n".join(lines)


def _name(status: StrEnum) -> str:
    return status.value.replace(" ", "_")


if __name__ == "__main__":
    print(f"```mermaid\n{queue_diagram()}\n```\n\n```mermaid\n{leg_diagram()}\n```")
