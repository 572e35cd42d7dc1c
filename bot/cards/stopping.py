"""The button that stops a standing approval, under an order that was sent under it."""

from bot.callbacks.buttons import Button, Rows
from bot.callbacks.codec import Act, Press
from bot.text import standing as texts


def stop_buttons(standing_id: int) -> Rows:
    """*Stop this*; the card stays as it is, the answer says what was done."""
    return ((Button(texts.STOP_THIS, Press(Act.STANDING, argument=f"c-{standing_id}")),),)
