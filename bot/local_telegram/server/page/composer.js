/** The text box with its command menu, reply bar, START button and reply keyboard. */

import { byId, element } from "./dom.js";

export class Composer {
  constructor(onSend) {
    this.onSend = onSend;
    this.commands = [];
    this.replyTo = null;
    this.box = byId("text");
    this.menu = byId("menu");
    this.slash = byId("slash");
    byId("composer").addEventListener("submit", (event) => { event.preventDefault(); this.#submit(); });
    byId("replying-cancel").addEventListener("click", () => this.#stopReplying());
    this.slash.addEventListener("click", () => this.#toggleMenu());
    this.box.addEventListener("input", () => this.#changed());
    this.box.addEventListener("keydown", (event) => this.#boxKey(event));
    this.menu.addEventListener("keydown", (event) => this.#menuKey(event));
  }

  setCommands(commands) {
    this.commands = commands;
    this.slash.hidden = !commands.length;
  }

  /** Offer START instead of the text box; null goes back to the box. */
  offerStart(text) {
    byId("start").hidden = text === null;
    byId("composer").hidden = text !== null;
    byId("start").onclick = () => { this.offerStart(null); this.onSend(text, null); };
  }

  replyToMessage(message, placeholder = "Message") {
    this.replyTo = message.message_id;
    byId("replying-name").textContent = message.from.first_name;
    byId("replying-text").textContent = message.text || "Photo or file";
    byId("replying").hidden = false;
    this.box.placeholder = placeholder;
    this.box.focus();
  }

  /** Follow the reply markup of a bot message: a keyboard, its removal, or a forced reply. */
  follow(message) {
    const markup = message.reply_markup ?? {};
    if (markup.force_reply) this.replyToMessage(message, markup.input_field_placeholder);
    if (markup.remove_keyboard) byId("keyboard").hidden = true;
    if (markup.keyboard) this.#showKeyboard(markup);
  }

  #showKeyboard(markup) {
    const keyboard = byId("keyboard");
    const rows = markup.keyboard.map((row) => element("div", "", ...row.map(({ text }) => {
      const button = element("button", "", text);
      button.type = "button";
      button.addEventListener("click", () => {
        if (markup.one_time_keyboard) keyboard.hidden = true;
        this.onSend(text, null);
      });
      return button;
    })));
    keyboard.replaceChildren(...rows);
    keyboard.hidden = false;
  }

  async #submit() {
    const text = this.box.value.trim();
    if (!text) return;
    if (!await this.onSend(text, this.replyTo)) return;
    this.box.value = "";
    this.#stopReplying();
    this.#changed();
  }

  #stopReplying() {
    this.replyTo = null;
    byId("replying").hidden = true;
    this.box.placeholder = "Message";
  }

  #changed() {
    byId("send").disabled = !this.box.value.trim();
    this.box.style.height = "44px";
    this.box.style.height = `${Math.min(Math.max(this.box.scrollHeight, 44), 140)}px`;
    const typed = this.box.value.match(/^\/\w*$/);
    if (typed) this.#openMenu(typed[0].slice(1));
    else this.#closeMenu();
  }

  #boxKey(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.#submit();
    } else if (event.key === "Escape") {
      this.#closeMenu();
      this.#stopReplying();
    } else if (event.key === "ArrowUp" && !this.menu.hidden) {
      event.preventDefault();
      this.menu.lastElementChild?.focus();
    }
  }

  #toggleMenu() {
    if (!this.menu.hidden) return this.#closeMenu();
    this.#openMenu("");
    this.menu.firstElementChild?.focus();
  }

  #openMenu(begin) {
    const fitting = this.commands.filter(({ command }) => command.startsWith(begin.toLowerCase()));
    this.menu.replaceChildren(...fitting.map((command) => this.#menuEntry(command)));
    this.menu.hidden = !fitting.length;
    this.slash.ariaExpanded = String(!this.menu.hidden);
  }

  #closeMenu() {
    this.menu.hidden = true;
    this.slash.ariaExpanded = "false";
  }

  #menuEntry({ command, description }) {
    const button = element("button", "", element("strong", "", `/${command}`), element("span", "", description));
    button.type = "button";
    button.role = "menuitem";
    button.addEventListener("click", () => {
      this.#closeMenu();
      this.box.value = "";
      this.#changed();
      this.onSend(`/${command}`, null);
      this.box.focus();
    });
    return button;
  }

  #menuKey(event) {
    const entries = [...this.menu.children];
    const at = entries.indexOf(document.activeElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: entries.length - 1 }[event.key];
    if (next !== undefined) {
      event.preventDefault();
      entries[(next + entries.length) % entries.length].focus();
    } else if (event.key === "Escape") {
      this.#closeMenu();
      this.box.focus();
    }
  }
}
