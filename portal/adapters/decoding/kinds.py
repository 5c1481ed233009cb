"""What a file is: its first bytes claim it, its decoder must agree."""

MAX_PIXELS = 50_000_000
MAX_WEBP_PIXELS = 20_000_000
"""Its library holds four copies of a picture at once; no camera writes WebP."""
MAX_PAGES = 200


class Unfit(Exception):
    """The file is not taken; the argument is a value of Unfitness (adapters/imaging.py)."""


def sniffed(data: bytes) -> str:
    """The media type that the first bytes claim. Raises Unfit if it is none of those taken."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp" and _heif_brands(data) & {b"heic", b"heix", b"heim", b"heis"}:
        return "image/heic"
    if b"%PDF-" in data[:1024]:  # readers let junk come first (ISO 32000-1, 7.5.2; Adobe's note 13)
        return "application/pdf"
    raise Unfit("not_supported")


def _heif_brands(data: bytes) -> set[bytes]:
    """The brands in the first box (ISO/IEC 14496-12, 4.3): the major one at 8, compatible ones from 16 on."""
    end = min(int.from_bytes(data[:4], "big"), 256)
    return {data[start : start + 4] for start in (8, *range(16, end, 4))}
