"""One file or folder for each person who comes in."""

from collections.abc import Iterator

from flask import Blueprint

from portal.pages import (
    account,
    counsellor,
    entrance,
    guide,
    health,
    manage,
    migrant,
    partner,
    public,
    uploads,
)


def blueprints() -> Iterator[Blueprint]:
    """Every part of the house, to be registered."""
    for room in (public, guide, entrance, account, migrant, counsellor, partner, manage, uploads, health):
        yield from room.BLUEPRINTS
