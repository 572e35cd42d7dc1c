/** One message as a bubble with its buttons. */

import { clockTime, drawing, element, fullTime } from "./dom.js";
import { renderText } from "./entities.js";
import { renderKeys } from "./keys.js";

const REPLY = "M10 8L5 13l5 5M5 13h9a5 5 0 0 1 5 5v1";
const PAPER = "M7 3h7l4 4v14H7zM14 3v4h4";
const TICKS = "M1 13l4.5 5L14 7M10 18L19 7";

/** `context`: userId, isGroup, actions {send, copy, reply}. */
export function renderMessage(message, context) {
  const isMine = message.from.id === context.userId;
  const keys = renderKeys(message, context.userId);
  const stack = element("div", keys ? "stack keyed" : "stack", renderBubble(message, context, isMine));
  if (keys) stack.append(keys);
  const row = element("article", isMine ? "row mine" : "row", stack);
  row.dataset.id = message.message_id;
  row.tabIndex = -1;
  row.ariaLabel = `${isMine ? "You" : message.from.first_name}, ${clockTime(message.date)}`;
  if (!isMine) row.append(replyButton(message, context));
  return row;
}

function renderBubble(message, context, isMine) {
  const bubble = element("div", "bubble");
  if (context.isGroup && !isMine) bubble.append(element("span", "sender", message.from.first_name));
  if (message.reply_to_message) bubble.append(quoted(message.reply_to_message));
  if (message.photo) bubble.append(photo(message.photo.at(-1)));
  if (message.document) bubble.append(file(message.document));
  if (message.text) bubble.append(element("div", "body", renderText(message.text, message.entities, context.actions)));
  const body = bubble.querySelector(".body") ?? bubble;
  body.append(meta(message, isMine));
  return bubble;
}

function meta(message, isMine) {
  const at = message.edit_date ?? message.date;
  const node = element("span", "meta", message.edit_date ? `edited ${clockTime(at)}` : clockTime(at));
  node.title = fullTime(at);
  if (isMine) node.append(drawing(TICKS));
  return node;
}

function quoted(original) {
  const text = original.text ?? original.caption ?? "Photo or file";
  return element("div", "quote", element("strong", "", original.from.first_name), element("span", "", text));
}

function photo({ file_id, width, height }) {
  const image = element("img", "photo");
  const address = `/local/files/${file_id}`;
  Object.assign(image, { src: address, alt: "Photo", width, height, loading: "lazy" });
  const link = element("a", "whole", image);
  Object.assign(link, { href: address, target: "_blank", title: "Open in full size" });
  return link;
}

function file({ file_id, file_name, file_size }) {
  const words = element("span", "", element("strong", "", file_name), element("small", "", size(file_size)));
  const link = element("a", "file", drawing(PAPER), words);
  link.href = `/local/files/${file_id}`;
  return link;
}

function size(bytes) {
  return bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

function replyButton(message, context) {
  const button = element("button", "icon answer", drawing(REPLY));
  button.type = "button";
  button.ariaLabel = "Reply to this message";
  button.addEventListener("click", () => context.actions.reply(message));
  return button;
}
