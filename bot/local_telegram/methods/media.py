"""Photos and documents as Telegram takes them: uploaded with the call, or sent before and named by their id."""

from collections.abc import Callable, Mapping

from bot.local_telegram.errors import Json, bad_request
from bot.local_telegram.params import Params, Upload
from bot.local_telegram.state.files import StoredFile, image_size
from bot.local_telegram.state.world import World

_MOST_PIXELS_AROUND = 10_000
"""Width and height of a photo together."""
_MOST_STRETCHED = 20
_KINDS = {"photos": "Photo", "documents": "Document"}


def photo(world: World, upload: Upload | None, file_id: str) -> Json:
    """What a message with this photo holds; raises ApiError for what Telegram would not show as one."""
    stored = _stored(world, upload, file_id, "photos")
    width, height = image_size(stored.upload.content)
    longer, shorter = max(width, height), min(width, height)
    if not shorter or width + height > _MOST_PIXELS_AROUND or longer > shorter * _MOST_STRETCHED:
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return {"photo": [{**stored.wire(), "width": width, "height": height}]}


def document(world: World, upload: Upload | None, file_id: str) -> Json:
    """The fields of a message with this file."""
    stored = _stored(world, upload, file_id, "documents")
    named = {"file_name": stored.upload.name, "mime_type": stored.upload.content_type}
    return {"document": {**named, **stored.wire()}}


MEDIA: Mapping[str, Callable[[World, Upload | None, str], Json]] = {"photo": photo, "document": document}


def input_media(world: World, params: Params) -> tuple[Json, Params]:
    """The new media of editMessageMedia, and the parameters of its caption; raises ApiError."""
    raw = params.structure("media")
    if raw is None:
        raise bad_request('parameter "media" is required')
    if not isinstance(raw, dict):
        raise bad_request("can't parse InputMedia: expected an Object")
    build = MEDIA.get(str(raw.get("type")))
    if build is None:
        raise bad_request("can't parse InputMedia: unsupported type specified")
    reference = str(raw.get("media") or "")
    upload = params.attached(reference)
    if not reference or (upload is None and reference.startswith("attach://")):
        raise bad_request("can't parse InputMedia: media not found")
    return build(world, upload, reference), Params({**raw, "reply_markup": params.structure("reply_markup")})


def _stored(world: World, upload: Upload | None, file_id: str, folder: str) -> StoredFile:
    if upload:
        return world.files.add(upload, folder)
    stored = world.files.get(file_id)
    if stored.folder != folder:
        raise bad_request(f"can't use file of type {_KINDS[stored.folder]} as {_KINDS[folder]}")
    return stored
