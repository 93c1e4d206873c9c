// The shop's other plugins: bills as QIWI had them, and Robokassa's payment page.  Nobody adapted them.

import { h, icon, time } from "./dom.js";
import { format, parse } from "./money.js";
import { calm, get, post } from "./wire.js";

const NAMES = { api: "Our API", bill: "QIWI’s bill API", pull: "QIWI’s pull API", robokassa: "Robokassa" };
const TALES = {
  api: "As somebody who starts today: invoices by our own API, told by signed webhooks.",
  bill: "A plugin written for QIWI’s P2P bills. It knows a key pair; only its address was changed.",
  pull: "An older QIWI client: forms, a password, and its own callback. Only its address was changed.",
  robokassa: "A plugin written for Robokassa: a signed link to the payment page, and ResultURL. Only its address was changed.",
};
const OPEN = ["WAITING", "waiting", "pending", "new"];
const PAID = ["PAID", "paid"];
const COLOURS = {
  paid: "paid", cancelled: "rejected", rejected: "rejected", expired: "expired", refunded: "refunded",
};
const colour = (state) => `state-${COLOURS[state.toLowerCase()] ?? "waiting"}`;
const minorOf = (amount) => Number(amount.replace(".", ""));

export class Plugins {
  constructor(shop) {
    this.shop = shop;
    this.name = "api";
    this.state = {};
    this.draft = { isTest: false, isHeld: false };
    this.amounts = new Map();
    this.load = calm(async () => { this.state = await get("plugins"); if (this.isOn) shop.draw(); });
  }

  get isOn() { return this.name !== "api"; }
  /** Whether a bill can be addressed to a phone: Robokassa has only links. */
  get hasPhone() { return this.name !== "robokassa"; }

  /** Through which interface the shop sells. */
  switch() {
    const options = Object.entries(NAMES).map(([name, label]) => h("label", {}, h("input", {
      type: "radio", name: "plugin", test: `plugin-${name}`, checked: name === this.name, data: { key: `plugin-${name}` },
      onchange: () => { this.name = name; this.shop.fault = null; this.shop.draw(); if (this.isOn) this.load(); },
    }), h("span", {}, label)));
    return h("div", { class: "through" }, h("fieldset", { class: "segments" }, h("legend", {}, "The shop sells through"), options),
      h("p", { class: "dim" }, TALES[this.name]));
  }

  options() {
    if (this.name !== "robokassa") return null;
    const box = (key, test, label) => h("label", { class: "switch wide" }, h("input", {
      type: "checkbox", test, checked: this.draft[key], onchange: (e) => { this.draft[key] = e.target.checked; },
    }), h("span", { class: "knob" }), h("span", {}, label));
    return [box("isTest", "plugin-test", "Test order: no money moves"), box("isHeld", "plugin-hold", "Hold the money, take it later")];
  }

  sell(goods) {
    const { isTest, isHeld } = this.draft;
    return post(`plugins/${this.name}/orders`, this.name !== "robokassa" ? goods : { ...goods, phone: null, test: isTest, hold: isHeld });
  }

  orders() {
    const orders = this.state[this.name]?.orders ?? [];
    if (!orders.length) return h("p", { class: "empty" }, "No orders through this plugin yet.");
    return h("div", { class: "orders" }, orders.map((order) => this.order(order)));
  }

  order(order) {
    const path = `plugins/${this.name}/orders/${encodeURIComponent(order.number)}`;
    const small = (label, test, work, kind = "quiet") => h("button", { class: `small ${kind}`, test, onclick: work }, label);
    const act = (what, body) => async () => { await this.shop.act(() => post(`${path}/${what}`, body)); await this.load(); };
    return h("article", { class: `card order ${colour(order.state)}`, test: "plugin-order", data: { number: order.number } },
      h("header", {}, h("div", {}, h("b", { dir: "auto" }, order.description), h("span", { class: "dim" }, order.number)),
        h("div", { class: "sum" }, h("b", {}, format(minorOf(order.amount), order.currency)),
          h("span", { class: `pill ${colour(order.state)}`, test: "plugin-order-state", data: { state: order.state } }, order.state))),
      order.refunded.map((refund) => h("p", { class: "dim" }, `Given back: ${refund}`)),
      h("div", { class: "row" },
        OPEN.includes(order.state) && h("a", { class: "small link", href: order.page, target: "_blank", rel: "noopener", test: "plugin-order-pay" }, "To the payment page", icon("link")),
        order.state === "held" && small("Take it", "plugin-order-capture", act("capture", { amount_minor: minorOf(order.amount) })),
        ["WAITING", "waiting", "held"].includes(order.state) && small("Cancel", "plugin-order-cancel", act("cancel"), "danger")),
      PAID.includes(order.state) && this.refund(order, act),
      h("footer", {}, h("span", { class: "dim" }, order.told ? [icon("check"), "told by a signed notification"] : "not notified yet"),
        small("Ask the wallet", "plugin-order-refresh", act("refresh"))));
  }

  refund(order, act) {
    const give = () => {
      const minor = parse(this.amounts.get(order.number) ?? order.amount, order.currency);
      if (minor === null) { this.shop.fault = "That is not an amount."; this.shop.draw(); return; }
      this.amounts.delete(order.number);
      act("refund", { amount_minor: minor })();
    };
    return h("div", { class: "row" }, h("input", {
      class: "short", test: "plugin-order-refund-amount", inputmode: "decimal", placeholder: order.amount, data: { key: `plugin-refund-${order.number}` },
      value: this.amounts.get(order.number) ?? "", oninput: (e) => this.amounts.set(order.number, e.target.value),
    }), h("button", { class: "small quiet", test: "plugin-order-refund", onclick: give }, "Refund"));
  }

  words() {
    const words = this.state[this.name]?.words ?? [];
    return words.length > 0 && h("details", { class: "card log" }, h("summary", {}, `What was said (${words.length})`),
      words.slice(0, 20).map((word) => h("details", { class: "event", test: "plugin-word" },
        h("summary", {}, icon(word.from_wallet ? "shield" : "link"), h("b", {}, `${word.method} ${word.address.split("?")[0]}`), h("span", { class: "dim" }, String(word.status)), h("time", {}, time(word.at))),
        h("pre", {}, [word.address, ...Object.entries(word.headers).map(([name, value]) => `${name}: ${value}`), "", word.body, "", word.answer].join("\n")))));
  }
}
