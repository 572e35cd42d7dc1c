"""What a card says of an order besides its standing, as Telegram HTML."""

from bot.text.language.translation import translate_here

CHECKED_BY = "<b>Checked by Countersign</b>"
LAST_PRICE = "Last price <b>{price}</b>, {age} old"
NO_LAST_PRICE = "Last price not available"
PRICES_MADE_BY = "Prices: {made_by}"
SINCE_SIGNAL = "Since the signal {move} (then {price})"
UNMOVED = "Unmoved since the signal"
POSITION_AFTER = "Position {now} → <b>{after}</b>"
MARGIN = "Margin {margin}"
MARGIN_LEAVES = "Margin {margin}, leaves {left}"
CHARGES = "Charges about {charges}"
UNKNOWN = "Position, margin and charges not known: {why}"
WARNING = "⚠️ {text}"
STRATEGY = "Strategy: {strategy} · {number}"
FROM_CLIENT = "From: the client, in Telegram · {number}"
DISCLOSED = "Disclosed: {quantity}"
OFF_TICK = "Brought to the tick: {moved}"
SMART = "Smart order: position {position} → {target}"
CLOSES_SEVERAL = "Closes {count} positions"
TRIGGER = "trigger {price}"
EXACTLY_AT = "exactly at the {name}"
ABOVE = "{percent} above the {name}"
BELOW = "{percent} below the {name}"
UNDER_A_HUNDREDTH = "less than 0.01%"
THE_LIMIT = "limit"
THE_TRIGGER = "trigger"
THE_STOP = "stop-loss"
THE_TARGET = "target"
STOP_LOSS = "Stop-loss"
TARGET = "Target"
VALID_UNTIL = "Valid until: <b>{day} {time} IST</b>"
ABOUT = "about {value}"
AT_MOST = "at most {value}"
LIST_OF = "{kind} of {count}"
UNITS_OF_TIME = {"s": "s", "min": "min", "h": "h"}
DAYS_AND_MONTHS = (
    *("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)
TIME_LEFT = "{left} left"
LEFT = "{left} left, until {until}"
CHANGED_BY = "✏️ Changed by {name} at {time}. Asked: {asked}"

PART = "Part…"
PRICE = "Price…"
ORIGINAL = "↩️ As asked"
BACK = "◀ Back"
FRACTIONS = {2: "½ · {quantity}", 4: "¼ · {quantity}"}
TYPE_QUANTITY = "Other quantity…"
TYPE_PRICE = "Other price…"
ASK_QUANTITY = (
    "✏️ <b>How many for order {number}?</b>\nAnswer this message with a quantity.{allowed}\n\n<i>Ref {reference}</i>"
)
ASK_PRICE = (
    "✏️ <b>Which limit for order {number}?</b>\nAnswer this message with a price.{allowed}\n\n<i>Ref {reference}</i>"
)
ALLOWED = " The strategy allows {low} to {high}."
HINTS = {"quantity": "Quantity", "price": "Price"}
ASKED_BELOW = "Please answer the message below."
NO_NUMBER = "That is not a number I can read. Nothing was changed. Please answer again, such as <code>25</code>."
UNBOUND = "I cannot tell which order that is about. Nothing was changed. Please use the card's buttons."
NOTHING_OFFERED = "Nothing else is allowed here. Nothing was changed."


translate_here(__name__)
