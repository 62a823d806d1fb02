"""The Lua transitions on a real Redis.

In reading order:
    server      a Redis of the tests' own, with the scripts in it
    verbs       what can happen, as the service puts it to the scripts
    world       a line that cases act on, and what they expect of it
    cases/      one by one: the table of rules, refusals, media, messages, lines
    view        everything a shard holds, read in one round trip
    invariants  what must hold after every step
    model       the rules once more, with plain lists
    history     plays events on scripts and model, compares, shortens what fails
    chance      thinks up the next event
    driver      many histories; and whether it would notice a broken rule
"""
