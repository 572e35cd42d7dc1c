/** Turns text and Telegram entities into DOM nodes. Bot text only ever becomes text nodes. */

const SIMPLE = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", blockquote: "blockquote" };
const WEB = ["http:", "https:"];
const BLOCKS = ["BLOCKQUOTE", "PRE"];

export function renderText(text, entities, actions) {
  const root = document.createDocumentFragment();
  fill(root, text, { begin: 0, end: text.length, entities, actions });
  return root;
}

/** The address if a browser may open it, else null. */
export function safeAddress(address) {
  try {
    const url = new URL(address.includes("://") ? address : `http://${address}`);
    return WEB.includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

function fill(parent, text, { begin, end, entities, actions }) {
  let at = begin;
  let rest = entities;
  while (rest.length) {
    const [first, ...others] = rest;
    const stop = Math.min(first.offset + first.length, end);
    rest = others.filter((entity) => entity.offset >= stop);
    const inner = others.filter((entity) => entity.offset < stop);
    const node = nodeFor(first, text.slice(first.offset, stop), actions);
    parent.append(text.slice(at, first.offset), node);
    fill(node, text, { begin: first.offset, end: stop, entities: inner, actions });
    // A block ends its line by itself.
    at = BLOCKS.includes(node.tagName) && text[stop] === "\n" ? stop + 1 : stop;
  }
  parent.append(text.slice(at, end));
}

function nodeFor(entity, covered, actions) {
  if (entity.type in SIMPLE) return document.createElement(SIMPLE[entity.type]);
  switch (entity.type) {
    case "code":
    case "pre": return copyable(entity.type, covered, actions);
    case "text_link": return link(entity.url);
    case "url": return link(covered);
    case "email": return link(null, `mailto:${covered}`);
    case "bot_command": return command(covered, actions);
    case "spoiler": return toggled("span", "spoiler", "shown", true);
    case "expandable_blockquote": return toggled("blockquote", "folded", "folded", false);
    default: return document.createElement("span");
  }
}

function copyable(tag, covered, actions) {
  const node = document.createElement(tag);
  node.title = "Copy";
  node.addEventListener("click", () => actions.copy(covered));
  return node;
}

function link(address, href = safeAddress(address ?? "")) {
  if (!href) return document.createElement("span");
  const node = document.createElement("a");
  Object.assign(node, { href, target: "_blank", rel: "noopener noreferrer" });
  return node;
}

function command(covered, actions) {
  const node = document.createElement("button");
  node.type = "button";
  node.className = "command";
  node.addEventListener("click", () => actions.send(covered));
  return node;
}

function toggled(tag, start, name, on) {
  const node = document.createElement(tag);
  node.className = start;
  node.tabIndex = 0;
  const toggle = () => node.classList.toggle(name, on);
  node.addEventListener("click", toggle);
  node.addEventListener("keydown", (event) => event.key === "Enter" && toggle());
  return node;
}
