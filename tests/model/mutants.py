"""Broken models, each of which a search must notice: changes to the text of the model, the world, the rules that break."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    name: str
    world: str
    edits: tuple
    rules: tuple


def mutant(name, world, rules, *edits):
    return Mutant(name, world, edits, tuple(rules.split()))


# None has been proven yet.
MUTANTS = []
