"""The base class of every section of the settings."""

from datetime import timedelta
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from core.clock import parse_duration


def _to_duration(value: object) -> object:
    if isinstance(value, timedelta):
        return value
    # A bare number would be taken for seconds, whatever who wrote it meant.
    return parse_duration(value if isinstance(value, str) else str(value))


Duration = Annotated[timedelta, BeforeValidator(_to_duration), Field(gt=timedelta(0))]


class Section(BaseModel):
    """A section refuses keys it does not know, and never changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)
