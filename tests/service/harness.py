"""How a case is declared."""

from dataclasses import dataclass

CASES = []
CLOSING = []


@dataclass
class Case:
    name: str
    run: object
    alone: bool
    settings: dict


def case(*, alone=False, **settings):
    """Declares a case: an async function that takes its Scene.

    Cases share a world unless they stop parts of it (alone) or need settings of their own.
    """

    def declare(function):
        CASES.append(Case(function.__name__, function, alone or bool(settings), settings))
        return function

    return declare


def closing(function):
    """Declares what several cases show together. It is called after all of them, with those that were chosen, and returns its
    name and what is wrong (falsy: nothing), or None when there is nothing to be said."""
    CLOSING.append(function)
    return function


def refused(reply, status, code, *words):
    """The reply is an error of that kind, whose detail has the words."""
    assert reply.status == status, (reply.status, reply.body)
    assert set(reply.body) == {"code", "hint", "detail"}, reply.body
    assert reply.body["code"] == code, reply.body
    for word in words:
        assert word in reply.body["detail"], reply.body
