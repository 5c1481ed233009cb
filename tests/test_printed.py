"""Pages of the documentation are equal to the tables they are printed from."""

from pathlib import Path

import pytest

from portal import printed
from portal.domain.permissions import MAY, Act

DOCS = Path(__file__).parent.parent / "docs"


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("lifecycle", printed.lifecycle),
        ("permissions", printed.permissions),
        ("field-rights", printed.field_rights),
    ],
)
def test_the_page_is_what_the_code_says(name, page):
    assert (DOCS / f"{name}.md").read_text("utf-8") == page()


def test_every_act_has_its_roles():
    assert set(MAY) == set(Act)


def test_every_step_of_a_table_has_a_permission():
    acts = {act for steps in printed.TABLES.values() for act in steps}

    assert acts <= set(MAY)
