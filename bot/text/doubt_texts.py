"""The words about orders of which nobody knows whether the broker has them."""

from bot.text.language.translation import translate_here

WHAT_HAPPENED = "What happened: {message}"
NOT_IN_BOOK = "At {time} the broker's order book did not show it. Look into your broker's app, then say what you see:"
SEVERAL = "At {time} the broker had {count} that may be it. Look into your broker's app, then say which:"
THERE = "🔎 It is there"
AGAIN = "🔁 Not there, send again"
DROP = "🗑 Drop"
OF_LEG = "{label} ({leg})"
CANDIDATE = "🔎 It is {id}"
FOUND = "✅ Found at the broker."
CHOOSE = "Tap the one that it is."
ADOPTED = "✅ Taken as {id}."
DROPPED = "🗑 Dropped. If it turns up at the broker after all, you will be told."
QUESTION = "<b>Send order {number} again?</b>"
FIRST_TRY = "The first try left at {time} and was never confirmed. If it arrives after all, you have it <b>twice</b>."
YES_AGAIN = "✅ Yes, send again: {what}"
SENT_AGAIN = "🔁 Order {number} is sent again. Its card shows what comes of it."
"""Said after the confirmation."""

translate_here(__name__)
