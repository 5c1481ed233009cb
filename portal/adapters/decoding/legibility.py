"""Whether a page may be hard to read."""

from PIL import Image


def hints(image: Image.Image, *, is_photo: bool) -> list[str]:
    """Values of Hint (adapters/imaging.py)."""
    return []
