/** The chat page: one person's view of their chats with the bot, live. */

import { loadState, sendText } from "./api.js";
import { Composer } from "./composer.js";
import { copy, openSheet, toast } from "./dialogs.js";
import { byId, element, initials } from "./dom.js";
import { Log } from "./log.js";
import { listen } from "./stream.js";

const ACTION_MS = 5500;
const RETRY_MS = 1500;
const query = new URLSearchParams(location.search);
const log = new Log();
const composer = new Composer(send);
let state = null;
let chat = null;
let userId = Number(query.get("user")) || null;
let actionTimer = 0;
let isListening = false;

async function send(text, replyTo) {
  try {
    await sendText(userId, chat.id, text, replyTo);
    return true;
  } catch (error) {
    toast(error.message);
    return false;
  }
}

async function refresh() {
  try {
    state = await loadState(userId);
    if (!userId && state.users.length) {
      userId = state.users[0].id;
      state = await loadState(userId);
    }
  } catch (error) {
    setOnline(false);
    setTimeout(refresh, RETRY_MS);
    return;
  }
  draw();
  if (!isListening) listen(userId ?? 0, state.last_event_id, { onEvent, onOnline: setOnline });
  isListening = true;
}

function draw() {
  byId("phone").dataset.state = "ready";
  if (!state.user) return drawNobody();
  chat = state.chats.find(({ id }) => id === Number(query.get("chat"))) ?? state.chats[0];
  const isGroup = chat.type !== "private";
  drawHeader(isGroup ? chat.title : state.bot.first_name);
  const actions = { send: (text) => send(text, null), copy, reply: (message) => composer.replyToMessage(message) };
  log.show(chat.messages, { userId, isGroup, actions }, state.description || "Press START to begin.");
  composer.setCommands(chat.commands);
  composer.offerStart(startText(isGroup));
  const latest = chat.messages.findLast((message) => message.is_bot && message.reply_markup);
  if (latest && !latest.reply_markup.force_reply) composer.follow(latest);
}

function startText(isGroup) {
  const code = query.get("start");
  if (code) return `/start ${code}`;
  return !isGroup && !chat.messages.length ? "/start" : null;
}

function drawHeader(title) {
  document.title = title;
  byId("title").textContent = title;
  byId("avatar").textContent = initials(title);
  setStatus("");
}

function drawNobody() {
  drawHeader(state.bot.first_name);
  byId("composer").hidden = true;
  const text = userId ? `There is no person number ${userId} here.` : "Nobody is here yet.";
  byId("log").replaceChildren(element("div", "about", element("strong", "", text), "Add a person, and this page will follow."));
}

function setStatus(text) {
  byId("status").textContent = text || `${chat?.title ? "group" : "bot"} · you are ${state?.user?.first_name ?? "nobody"}`;
  byId("status").classList.toggle("lively", Boolean(text));
}

function setOnline(isOnline) {
  byId("phone").dataset.state = isOnline ? "ready" : "offline";
  byId("banner").textContent = "Connecting… Changes will appear as soon as the server is back.";
  byId("banner").hidden = isOnline;
}

const reactions = {
  message(message) {
    if (message.chat_id !== chat?.id) return;
    log.put(message);
    if (message.is_bot) setStatus("");
    else composer.offerStart(null);
    if (message.is_bot && !message.edit_date) composer.follow(message);
  },
  delete: ({ chat_id, message_id }) => chat_id === chat?.id && log.remove(message_id),
  action({ chat_id, action }) {
    if (chat_id !== chat?.id) return;
    setStatus(action === "typing" ? "typing…" : "sending a file…");
    clearTimeout(actionTimer);
    actionTimer = setTimeout(() => setStatus(""), ACTION_MS);
  },
  async menu() {
    state = await loadState(userId);
    const fresh = state.chats?.find(({ id }) => id === chat?.id);
    if (!fresh) return;
    composer.setCommands(fresh.commands);
    if (!fresh.messages.length) draw();
  },
  people: () => (chat ? loadState(userId).then((loaded) => { state = loaded; }) : location.reload()),
  reset: refresh,
  outage: ({ is_out }) => toast(is_out ? "Outage: the bot cannot reach Telegram." : "The outage is over."),
};

function onEvent(kind, body) {
  reactions[kind]?.(body);
}

byId("switcher").addEventListener("click", () =>
  openSheet({ bot: state?.bot.first_name, users: state?.users ?? [], chats: state?.chats ?? [], userId, chatId: chat?.id }));
byId("log").replaceChildren(element("div", "skeleton"), element("div", "skeleton"));
refresh();
