"""One file or folder for each person who comes in."""

from collections.abc import Iterator

from flask import Blueprint

from portal.pages import (
    access,
    account,
    counsellor,
    entrance,
    family,
    guide,
    health,
    manage,
    migrant,
    partner,
    post,
    public,
    supplier,
    uploads,
    verify,
)

_ROOMS = (
    public,
    guide,
    verify,
    supplier,
    entrance,
    account,
    access,
    family,
    migrant,
    counsellor,
    partner,
    manage,
    post,
    uploads,
    health,
)


def blueprints() -> Iterator[Blueprint]:
    """Every part of the house, to be registered."""
    for room in _ROOMS:
        yield from room.BLUEPRINTS
