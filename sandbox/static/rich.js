// Text with Telegram's entities as nodes.  Only the kinds listed here become elements.

import { h } from "./dom.js";

const TAGS = {
  bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote",
};
const SAFE = /^(https?|tg|tel|mailto):/i;

/** Nodes for *text*; offsets are UTF-16, as JavaScript's own. */
export function rich(text, entities, act) {
  return span(text, 0, text.length, entities.filter((e) => e.length > 0), act);
}

function span(text, from, to, entities, act) {
  const nodes = [];
  let at = from;
  let rest = entities;
  while (rest.length) {
    const [entity, ...others] = rest;
    const end = Math.min(to, entity.offset + entity.length);
    if (entity.offset >= to) break;
    if (entity.offset < at) { rest = others; continue; }
    if (entity.offset > at) nodes.push(text.slice(at, entity.offset));
    const inside = others.filter((e) => e.offset < end);
    const content = span(text, entity.offset, end, inside, act);
    nodes.push(element(entity, text.slice(entity.offset, end), content, act));
    at = end;
    rest = others.filter((e) => e.offset >= end);
  }
  if (at < to) nodes.push(text.slice(at, to));
  return nodes;
}

function element(entity, raw, content, act) {
  const { type } = entity;
  if (type === "spoiler") {
    const spoiler = h("span", { class: "spoiler", title: "Tap to show" }, content);
    spoiler.addEventListener("click", () => spoiler.classList.add("shown"));
    return spoiler;
  }
  if (type === "text_link" || type === "url") return link(entity.url ?? raw, content, act);
  if (type === "bot_command") {
    return h("a", { class: "command", href: "#", onclick: (e) => { e.preventDefault(); act.say(raw); } }, content);
  }
  if (type === "code") {
    return h("code", { title: "Tap to copy", onclick: () => act.copy(raw) }, content);
  }
  if (type === "date_time") return h("time", {}, content);
  if (type === "mention" || type === "text_mention") return h("span", { class: "mention" }, content);
  if (["pre", "blockquote", "expandable_blockquote"].includes(type)) return h(TAGS[type], { dir: "auto" }, content);
  return h(TAGS[type] ?? "span", {}, content);
}

/** A link; those to the bot stay inside the sandbox. */
export function link(url, content, act) {
  if (!SAFE.test(url)) return h("span", {}, content);
  const open = (event) => { if (act.follow(url)) event.preventDefault(); };
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer", onclick: open }, content);
}

/** Plain text with its web addresses tappable: SMS texts. */
export function plain(text, act) {
  const nodes = [];
  let at = 0;
  for (const found of text.matchAll(/https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]']/g)) {
    nodes.push(text.slice(at, found.index), link(found[0], [found[0]], act));
    at = found.index + found[0].length;
  }
  return [...nodes, text.slice(at)];
}
