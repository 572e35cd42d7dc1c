"""Pictures as small as they come, and a look at how large one is."""

import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def a_png(width: int, height: int) -> bytes:
    """A whole PNG, black all over."""
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    lines = (b"\0" * (1 + (width + 7) // 8)) * height
    return SIGNATURE + b"".join(
        _chunk(kind, body) for kind, body in ((b"IHDR", header), (b"IDAT", zlib.compress(lines)), (b"IEND", b""))
    )


def size_of(png: bytes) -> tuple[int, int]:
    """Width and height that a PNG's own header states."""
    assert png.startswith(SIGNATURE)
    assert png[12:16] == b"IHDR"
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
