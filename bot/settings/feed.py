"""The section `[feed]`: where prices come from."""

from datetime import timedelta
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator

from bot.settings.section import Duration, Section

_OF_SOURCE = {
    "simulated": ("seed", "tick_every"),
    "replay": ("file", "speed", "loop"),
    "openalgo": ("url", "apikey", "poll_every"),
}
_NEEDED = {"simulated": (), "replay": ("file",), "openalgo": ("url", "apikey")}


class Feed(Section):
    """Where prices come from; the keys of a source that is not the chosen one must be left as they are."""

    source: Literal["simulated", "replay", "openalgo"] = "simulated"
    seed: str = Field("", coerce_numbers_to_str=True)
    tick_every: Duration = timedelta(seconds=1)
    file: str = ""
    speed: float = Field(1, ge=0, allow_inf_nan=False)
    loop: bool = False
    url: str = ""
    apikey: SecretStr = SecretStr("")
    poll_every: Duration = timedelta(seconds=1)

    @model_validator(mode="after")
    def _require_agreement(self) -> "Feed":
        for source, names in _OF_SOURCE.items():
            for name in names:
                if source != self.source and getattr(self, name) != type(self).model_fields[name].default:
                    raise ValueError(f'{name} is only for source = "{source}", but source is "{self.source}"')
        for name in _NEEDED[self.source]:
            if not getattr(self, name):
                raise ValueError(f'source = "{self.source}" needs {name}')
        if self.url:
            _require_base_url(self.url)
        return self


def _require_base_url(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.port == 0:
        raise ValueError("url must be an address such as http://127.0.0.1:5000")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("url must have no user, password, query or fragment; the key belongs in apikey")
