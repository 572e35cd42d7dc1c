/** Inline buttons under a message. Pressing one asks the bot and shows what it answers. */

import { press } from "./api.js";
import { alertBox, copy, toast } from "./dialogs.js";
import { drawing, element } from "./dom.js";
import { safeAddress } from "./entities.js";

const OUTWARD = "M7 17L17 7M9 7h8v8";
const PAPERS = "M9 9h10v10H9zM5 15V5h10";

export function renderKeys(message, userId) {
  const rows = message.reply_markup?.inline_keyboard ?? [];
  if (!rows.length) return null;
  const keys = element("div", "keys");
  for (const row of rows) {
    keys.append(element("div", "", ...row.map((button) => renderKey(button, message, userId))));
  }
  return keys;
}

function renderKey(button, message, userId) {
  const address = button.url ?? button.web_app?.url;
  const key = address ? outward(button, address) : pressable(button, message, userId);
  if (button.style) key.classList.add(button.style);
  return key;
}

function outward(button, address) {
  const key = element("a", "key", button.text, drawing(OUTWARD, "corner"));
  Object.assign(key, { href: safeAddress(address) ?? "#", target: "_blank", rel: "noopener noreferrer" });
  return key;
}

function pressable(button, message, userId) {
  const key = element("button", "key", button.text);
  key.type = "button";
  if (button.copy_text) {
    key.append(drawing(PAPERS, "corner"));
    key.addEventListener("click", () => copy(button.copy_text.text));
  } else if (button.callback_data) {
    key.addEventListener("click", () => pressed(key, () =>
      press(userId, message.chat_id, message.message_id, button.callback_data)));
  } else {
    key.addEventListener("click", () => toast("This kind of button does nothing here."));
  }
  return key;
}

async function pressed(key, ask) {
  if (key.ariaBusy === "true") return;
  key.ariaBusy = "true";
  try {
    show(await ask());
  } catch (error) {
    toast(error.message);
  } finally {
    key.ariaBusy = "false";
  }
}

function show(answer) {
  if (!answer) toast("The bot has not answered.");
  else if (answer.text && answer.show_alert) alertBox(answer.text);
  else if (answer.text) toast(answer.text);
  if (answer?.url && safeAddress(answer.url)) window.open(safeAddress(answer.url), "_blank", "noopener");
}
