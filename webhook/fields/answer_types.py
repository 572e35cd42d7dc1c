"""Field types of answers: each as JSON Schema describes it to readers."""

from typing import Annotated, TypeVar

from pydantic import Field, WithJsonSchema

from core.accounts import TradingMode
from webhook.fields.json_schema import words

T = TypeVar("T")
SANDBOX_ONLY = "x-sandbox-only"
Sandbox = Annotated[T, Field(json_schema_extra={SANDBOX_ONLY: True})]
"""Marks a NotRequired field that every answer of the sandbox has, and none of a live account."""
Number = Annotated[int | float, WithJsonSchema({"type": "number"})]
TwoDecimals = Annotated[str, Field(pattern=r"^-?\d+\.\d\d$")]
IndianTime = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$", description="Indian time.")]
UtcTime = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00$", description="UTC.")]
Day = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")]
ExpiryDay = Annotated[str, Field(pattern=r"^\d\d-[A-Z]{3}-\d\d$", description="Such as 29-DEC-26.")]
Milliseconds = Annotated[int, Field(description="Milliseconds since 1970.")]
ModeWord = Annotated[str, WithJsonSchema(words(mode.wire for mode in TradingMode))]
DoubtfulOrder = Annotated[int, Field(description="Given when a leg is in doubt: ask about it, do not send it again.")]
