"""Plays scenes: the strategy over HTTP, the client in the local Telegram."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.local_telegram.errors import Json
from bot.local_telegram.example_strategy import post
from tools.pictures.stage import Client, Stage
from tools.pictures.steps import Later, Order, Price, Says, Scene, Step, Taps

WITHIN = 20.0
ORDER = {
    "strategy": "momentum",
    "symbol": "SBIN",
    "exchange": "NSE",
    "action": "BUY",
    "quantity": 25,
    "pricetype": "MARKET",
    "product": "MIS",
}


@dataclass
class Player:
    """What happens between one client and the bot."""

    stage: Stage
    client: Client
    order: int = field(default=0, init=False)
    """The number of the last order that waited for the client."""

    async def play(self, scene: Scene) -> list[int]:
        """Play it; the numbers of the messages that its picture shows. Raises LookupError, TimeoutError."""
        await self.prepare(scene.before)
        found = [number for step in scene.steps for number in await self._take(step)]
        return sorted(set(found))

    async def prepare(self, steps: Sequence[Step]) -> None:
        """Play what no picture shows. Raises LookupError, TimeoutError."""
        for step in steps:
            await self._take(step)

    async def _take(self, step: Step) -> list[int]:
        known = self._versions()
        telegram, own = self.stage.telegram, self.client.id
        match step:
            case Order():
                fields = {**ORDER, **step.changes} if step.endpoint == "placeorder" else step.changes
                answer = await post(f"{self.stage.api}/api/v1/{step.endpoint}", {"apikey": self.client.key, **fields})
                self.order = int(answer.get("pending_order_id", self.order))
                return [await self._fresh(step.sees, known, step, answer)] if step.sees else []
            case Says():
                to = self._newest(step.to)["message_id"] if step.to else None
                written = telegram.send_text(own, step.text.format(order=self.order), reply_to=to)
                return [written, await self._fresh(step.sees, {**known, written: 1}, step, None)]
            case Taps():
                message = self._newest(step.on, step.button)
                await telegram.press_and_wait(own, own, message["message_id"], WITHIN, button_text=step.button)
                return [await self._fresh(step.sees, known, step, None)]
            case Later():
                await self.stage.pass_time(step.length)
            case Price():
                self.stage.pin(step.symbol, step.ltp)
        return []

    def _versions(self) -> dict[int, int]:
        return {one["message_id"]: len(one["history"]) for one in self._messages()}

    def _messages(self) -> list[Json]:
        return self.stage.telegram.messages(self.client.id)

    def _newest(self, text: str, button: str = "") -> Json:
        found = [one for one in self._messages() if text in one["text"] and button in _labels(one)]
        if not found:
            raise LookupError(
                f"no message with {text!r} and {button!r} among {[one['text'] for one in self._messages()]}"
            )
        return found[-1]

    async def _fresh(self, text: str, known: dict[int, int], step: Step, answer: object) -> int:
        """The newest message with this text among those that came or changed. Raises TimeoutError."""
        gone = step.gone if isinstance(step, Taps) else "\0"

        def find() -> int | None:
            fresh = [one for one in self._messages() if known.get(one["message_id"], 0) < len(one["history"])]
            told = [one for one in fresh if text in one["text"] and gone not in one["text"]]
            return int(told[-1]["message_id"]) if told else None

        try:
            return await self.stage.telegram.wait_for(find, WITHIN)
        except TimeoutError:
            last = [one["text"] for one in self._messages()][-3:]
            raise TimeoutError(
                f"{self.client.name}: nothing new after {step}, which got {answer}, in {last}"
            ) from None


def _labels(message: Json) -> str:
    rows = (message["reply_markup"] or {}).get("inline_keyboard", [])
    return "\n".join(str(button["text"]) for row in rows for button in row)
