// Paper bills: their payment codes, to be photographed with the selected person's phone.

import { h, replaceKeeping } from "./dom.js";
import { calm, get } from "./wire.js";

export class Bills {
  constructor(pane, world) {
    this.pane = pane;
    this.world = world;
    this.load = calm(async () => { this.bills = (await get("bills")).bills; this.draw(); });
  }

  draw() {
    replaceKeeping(this.pane, h("div", { class: "shop-head" }, h("div", {}, h("h2", {}, "Paper bills"),
      h("p", { class: "dim" }, "Photograph a code, or send any picture from the paper clip in the chat."))),
    h("div", { class: "orders" }, this.bills.map((bill) => this.bill(bill))));
  }

  bill(bill) {
    const picture = `/sandbox/api/bills/${bill.id}.png`;
    return h("article", { class: "card order", test: "bill", data: { bill: bill.id } },
      h("header", {}, h("div", {}, h("b", {}, bill.title), h("span", { class: "dim", dir: "auto" }, bill.payee))),
      h("div", { class: "qr" }, h("img", { src: picture, alt: `Payment code: ${bill.title}` }), h("span", { class: "dim", dir: "auto" }, bill.note),
        h("button", { class: "small quiet", test: "bill-photograph", onclick: () => this.world.photograph(picture) }, "Photograph it")));
  }
}
