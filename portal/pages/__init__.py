"""One file or folder for each person who comes in."""

from collections.abc import Iterator

from flask import Blueprint

from portal.pages import (
    account,
    counsellor,
    entrance,
    health,
    manage,
    migrant,
    partner,
    public,
    uploads,
    verify,
)


def blueprints() -> Iterator[Blueprint]:
    """Every part of the house, to be registered."""
    for room in (public, verify, entrance, account, migrant, counsellor, partner, manage, uploads, health):
        yield from room.BLUEPRINTS
