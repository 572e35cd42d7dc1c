/** Toasts, alerts, and the sheet that switches chat or person. */

import { byId, element } from "./dom.js";

const TOAST_MS = 3500;

export function toast(text) {
  const node = element("div", "toast", text);
  byId("toasts").append(node);
  setTimeout(() => node.remove(), TOAST_MS);
}

export function alertBox(text) {
  byId("alert-text").textContent = text;
  const box = byId("alert");
  if (!box.open) box.showModal();
}

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast("Copied to clipboard.");
  } catch {
    toast("This browser does not allow copying.");
  }
}

export function openSheet({ bot, users, chats, userId, chatId }) {
  const chatLinks = chats.map((chat) =>
    entry(chat.title ?? bot, `?user=${userId}&chat=${chat.id}`, chat.id === chatId));
  const userLinks = users.map((user) =>
    entry(user.username ? `${user.first_name} · @${user.username}` : user.first_name, `?user=${user.id}`, user.id === userId));
  byId("sheet-chats").replaceChildren(...chatLinks);
  byId("sheet-people").replaceChildren(...userLinks);
  byId("sheet").showModal();
}

function entry(text, href, isCurrent) {
  const node = element("a", "", text);
  node.href = href;
  node.setAttribute("aria-current", isCurrent);
  return node;
}
