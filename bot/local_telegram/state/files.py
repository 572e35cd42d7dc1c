"""Files the bot has sent, and just enough image reading to know a photo's size."""

import secrets
import struct
import zlib
from collections import OrderedDict
from dataclasses import dataclass

from bot.local_telegram.errors import ApiError, Json, bad_request
from bot.local_telegram.params import Upload

MAX_PHOTO_BYTES = 10 * 1024 * 1024
MAX_FILE_BYTES = 50 * 1024 * 1024
_KEPT = 200
_PNG = b"\x89PNG\r\n\x1a\n"
_FRAME_MARKERS = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True)
class StoredFile:
    """One file; `path` is what getFile names."""

    id: str
    path: str
    upload: Upload

    @property
    def folder(self) -> str:
        """What it was sent as: photos or documents."""
        return self.path.partition("/")[0]

    def wire(self) -> Json:
        """The fields all of Telegram's file objects share."""
        return {
            "file_id": self.id,
            "file_unique_id": self.id[-16:],
            "file_size": len(self.upload.content),
        }


class Files:
    """The last files, by id."""

    def __init__(self) -> None:
        self._files: OrderedDict[str, StoredFile] = OrderedDict()

    def add(self, upload: Upload, folder: str) -> StoredFile:
        """Keep a file; raises ApiError when it is empty or too big."""
        if not upload.content:
            raise bad_request("file must be non-empty")
        size = len(upload.content)
        if folder == "photos" and size > MAX_PHOTO_BYTES:
            limit = f"the maximum size is {MAX_PHOTO_BYTES} bytes"
            raise bad_request(f"file of size {size} bytes is too big for a photo; {limit}")
        if size > MAX_FILE_BYTES:
            raise ApiError(413, "Request Entity Too Large")
        file_id = secrets.token_urlsafe(24)
        stored = StoredFile(file_id, f"{folder}/{file_id[:6]}_{upload.name.replace('/', '_')}", upload)
        self._files[stored.id] = stored
        if len(self._files) > _KEPT:
            self._files.popitem(last=False)
        return stored

    def get(self, file_id: str) -> StoredFile:
        """The file; raises ApiError for an unknown id."""
        if file_id not in self._files:
            raise bad_request("wrong file identifier/HTTP URL specified")
        return self._files[file_id]

    def find_path(self, path: str) -> StoredFile | None:
        """The file with this download path."""
        return next((stored for stored in self._files.values() if stored.path == path), None)


def image_size(content: bytes) -> tuple[int, int]:
    """Width and height in pixels of a PNG or JPEG; raises ApiError for anything else."""
    try:
        if content.startswith(_PNG):
            return _png_size(content)
        if content.startswith(b"\xff\xd8"):
            return _jpeg_size(content)
    except (struct.error, IndexError) as error:
        raise bad_request("IMAGE_PROCESS_FAILED") from error
    raise bad_request("IMAGE_PROCESS_FAILED")


def _png_size(content: bytes) -> tuple[int, int]:
    """Width and height, once every piece down to the last one is there and whole."""
    at, kind = len(_PNG), b""
    while kind != b"IEND":
        (length,) = struct.unpack(">I", content[at : at + 4])
        kind, end = content[at + 4 : at + 8], at + 8 + length
        (checksum,) = struct.unpack(">I", content[end : end + 4])
        if zlib.crc32(content[at + 4 : end]) != checksum:
            raise bad_request("IMAGE_PROCESS_FAILED")
        at = end + 4
    width, height = struct.unpack(">II", content[16:24])
    return width, height


def _jpeg_size(content: bytes) -> tuple[int, int]:
    at = 2
    while content[at + 1] not in _FRAME_MARKERS:
        at += 2 + int(struct.unpack(">H", content[at + 2 : at + 4])[0])
    height, width = struct.unpack(">HH", content[at + 5 : at + 9])
    return width, height
