/** The list of messages: adds, edits in place, removes, and keeps the reader where they were. */

import { renderMessage } from "./bubbles.js";
import { byId, dayName, element } from "./dom.js";

const NEAR_BOTTOM = 80;

export class Log {
  constructor() {
    this.log = byId("log");
    this.scroll = byId("scroll");
    this.pill = byId("pill");
    this.unseen = 0;
    this.pill.addEventListener("click", () => this.toBottom());
    this.scroll.addEventListener("scroll", () => this.isAtBottom() && this.#seen());
    new ResizeObserver(() => this.sticks && this.toBottom()).observe(this.scroll);
    this.sticks = true;
    this.scroll.addEventListener("scroll", () => { this.sticks = this.isAtBottom(); });
  }

  /** Show a whole conversation, or what the bot says about itself when there is none. */
  show(messages, context, about) {
    this.context = context;
    this.lastDay = "";
    this.log.replaceChildren();
    if (!messages.length && about) this.#about(about);
    messages.forEach((message) => this.#append(message));
    this.toBottom();
  }

  /** A new message, or a new version of one already shown. */
  put(message) {
    const stays = this.isAtBottom();
    const old = this.#find(message.message_id);
    if (old) this.#replace(old, message);
    else this.#append(message).classList.add("fresh");
    const isMine = message.from.id === this.context.userId;
    if (stays || (isMine && !old)) this.toBottom();
    else if (!old) this.#unseen();
  }

  remove(messageId) {
    this.#find(messageId)?.remove();
  }

  isAtBottom() {
    return this.scroll.scrollHeight - this.scroll.scrollTop - this.scroll.clientHeight < NEAR_BOTTOM;
  }

  toBottom() {
    this.scroll.scrollTop = this.scroll.scrollHeight;
    this.#seen();
  }

  #find(messageId) {
    return this.log.querySelector(`[data-id="${Number(messageId)}"]`);
  }

  #about(text) {
    this.log.append(element("div", "about", element("strong", "", "What can this bot do?"), text));
  }

  #append(message) {
    this.log.querySelector(".about")?.remove();
    const day = dayName(message.date);
    if (day !== this.lastDay) this.log.append(element("div", "day", day));
    this.lastDay = day;
    const row = renderMessage(message, this.context);
    this.log.append(row);
    row.querySelector("img")?.addEventListener("load", () => this.sticks && this.toBottom());
    return row;
  }

  #replace(old, message) {
    const focused = [...old.querySelectorAll("button, a")].indexOf(document.activeElement);
    const row = renderMessage(message, this.context);
    row.querySelector(".bubble").classList.add("changed");
    old.replaceWith(row);
    if (focused >= 0) (row.querySelectorAll("button, a")[focused] ?? this.scroll).focus();
  }

  #unseen() {
    this.unseen += 1;
    this.pill.textContent = this.unseen === 1 ? "↓ 1 new message" : `↓ ${this.unseen} new messages`;
    this.pill.hidden = false;
  }

  #seen() {
    this.unseen = 0;
    this.pill.hidden = true;
  }
}
