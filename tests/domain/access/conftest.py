"""What the tests of recovering and of vouching share: tests/getting_back.py."""

from tests.getting_back import approved, case, later, number, vouched

__all__ = ["approved", "case", "later", "number", "vouched"]
