// The SMS inbox of the selected person, and their phone's switches.

import { fullName, h, hue, icon, initials, replaceKeeping, time } from "./dom.js";
import { plain } from "./rich.js";
import { calm, get, post } from "./wire.js";

const CODE = /(?<![\d+*.,])\d{4,8}(?![\d.,]\d|\d)/;

/** The one-time code in a text, if there seems to be one. */
export function codeIn(text) {
  return CODE.exec(text)?.[0] ?? null;
}

export class Sms {
  constructor(pane, world, notify) {
    this.pane = pane;
    this.world = world;
    this.notify = notify;
    this.messages = [];
    this.load = calm(() => this.read());
  }

  select() {
    this.messages = [];
    this.seen = null;
    this.draw();
    this.load();
  }

  async read() {
    const person = this.world.person;
    if (!person) return;
    const { messages } = await get(`people/${person.id}/sms`);
    if (person.id !== this.world.person.id) return;
    const newest = messages.at(-1)?.id ?? 0;
    const isNews = this.seen !== null && newest > this.seen;
    this.seen = newest;
    this.messages = messages;
    this.draw();
    if (isNews) this.notify(messages.at(-1));
  }

  draw() {
    const person = this.world.person;
    if (!person) return;
    const items = [...this.messages].reverse().map((message) => this.item(message));
    this.drawn = Math.max(this.drawn ?? 0, this.messages.at(-1)?.id ?? 0);
    replaceKeeping(this.pane, this.card(person), h("h3", { class: "pane-title" }, icon("sms"), "SMS inbox"),
      h("div", { class: "sms-list", test: "sms-list" },
        items.length ? items : h("p", { class: "empty" }, "Nothing yet. Codes and passwords that the wallet sends by SMS land here.")));
  }

  item(message) {
    const code = codeIn(message.text);
    const isNew = message.id > (this.drawn ?? 0);
    return h("article", { class: `sms ${isNew ? "arriving" : ""}`, test: "sms", data: { id: message.id } },
      h("header", {}, h("b", {}, "Purser"), h("time", {}, time(message.at))),
      h("p", { dir: "auto" }, plain(message.text, this.world)),
      code && h("button", {
        class: "chip", test: "sms-code", onclick: () => this.world.typeIntoChat(code),
      }, icon("keyboard"), `Type ${code} into the chat`));
  }

  card(person) {
    const toggle = (label, test, isOn, body) => h("label", { class: "switch" },
      h("input", {
        type: "checkbox", test, checked: isOn,
        onchange: (e) => post(`people/${person.id}`, body(e.target.checked)).catch(this.world.complain),
      }), h("span", { class: "knob" }), h("span", {}, label));
    return h("div", { class: "owner" },
      h("span", { class: `avatar ${hue(person)}` }, initials(person)),
      h("div", { class: "who" }, h("b", { dir: "auto" }, fullName(person)),
        h("span", { class: "dim", dir: "ltr" }, person.phone),
        h("span", { class: "dim" }, `${person.username ? `@${person.username} · ` : ""}id ${person.id}`)),
      h("div", { class: "switches" },
        toggle("Phone reachable", "reachable", person.reachable, (on) => ({ reachable: on })),
        toggle("Bot blocked", "block", person.blocked, (on) => ({ blocked: on }))));
  }
}
