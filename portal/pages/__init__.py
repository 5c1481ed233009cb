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
    post,
    public,
    uploads,
)


def blueprints() -> Iterator[Blueprint]:
    """Every part of the house, to be registered."""
    for room in (public, entrance, account, migrant, counsellor, partner, manage, post, uploads, health):
        yield from room.BLUEPRINTS
