"""What the first bytes of a file say it is: enough to refuse a wrong one at once. decoding/ decides."""

HEAD_BYTES = 1024
"""As many bytes as it takes to tell."""

_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis"}


def is_taken(head: bytes) -> bool:
    """Whether a file that begins like this may be a JPEG, PNG, WebP, HEIC or PDF."""
    return (
        head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))
        or (head.startswith(b"RIFF") and head[8:12] == b"WEBP")
        or (head[4:8] == b"ftyp" and not _HEIF_BRANDS.isdisjoint(_brands(head)))
        or b"%PDF-" in head[:HEAD_BYTES]
    )


def _brands(head: bytes) -> list[bytes]:
    """The brands of the first box (ISO/IEC 14496-12, 4.3): the major one at 8, compatible ones from 16 on."""
    end = min(int.from_bytes(head[:4], "big"), 256)
    return [head[start : start + 4] for start in (8, *range(16, end, 4))]
