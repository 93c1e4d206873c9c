// The post office: all mail that the wallet has sent, newest first.

import { h, replaceKeeping, time } from "./dom.js";
import { plain } from "./rich.js";
import { calm, get } from "./wire.js";

export class Mail {
  constructor(pane, world) {
    this.pane = pane;
    this.world = world;
    this.load = calm(async () => { this.letters = (await get("mail")).letters; this.draw(); });
  }

  draw() {
    const letters = [...this.letters].reverse().map((letter) => this.letter(letter));
    this.drawn = Math.max(this.drawn ?? 0, this.letters.at(-1)?.id ?? 0);
    replaceKeeping(this.pane, h("div", { class: "shop-head" }, h("div", {}, h("h2", {}, "Mail"),
      h("p", { class: "dim" }, "Every address ends here: confirm one in /limits and open the link."))),
    h("div", { class: "sms-list", test: "mail-list" },
      letters.length ? letters : h("p", { class: "empty" }, "Nothing yet.")));
  }

  letter(letter) {
    const isNew = letter.id > (this.drawn ?? 0);
    return h("article", { class: `sms ${isNew ? "arriving" : ""}`, test: "letter", data: { id: letter.id } },
      h("header", {}, h("b", { dir: "auto" }, letter.subject), h("time", {}, time(letter.at))),
      h("p", { class: "dim" }, `${letter.sender} → ${letter.to}`),
      h("p", { dir: "auto" }, plain(letter.text, this.world)));
  }
}
