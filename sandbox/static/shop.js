// The shop: goods, and orders as its own books and the wallet's notifications tell them.

import { h, icon, replaceKeeping, time } from "./dom.js";
import { format, parse } from "./money.js";
import { Plugins } from "./plugins.js";
import { calm, get, post } from "./wire.js";

const GOODS = [
  ["cup", "Coffee, large", 18000, "RUB"],
  ["ticket", "Cinema for two", 90000, "RUB"],
  ["headphones", "Headphones", 125000, "RUB"],
  ["game", "Game pass, a month", 1499, "USD"],
];
const STATES = {
  waiting: "waiting", paid: "paid", rejected: "refused", expired: "expired",
  refunded_in_part: "refunded in part", refunded: "refunded",
};

export class Shop {
  constructor(pane, world) {
    this.pane = pane;
    this.world = world;
    this.state = { orders: [], events: [] };
    this.draft = { description: "", amount: "", currency: "RUB", isOpen: false };
    this.qr = new Set();
    this.amounts = new Map();
    this.fault = null;
    this.plugins = new Plugins(this);
    this.load = calm(async () => { this.state = await get("shop"); this.draw(); });
  }

  draw() {
    if (!this.world.person) return;
    const { plugins } = this;
    const [orders, events] = plugins.isOn ? [plugins.orders(), plugins.words()] : [this.orders(), this.events()];
    replaceKeeping(this.pane, this.head(), plugins.switch(), this.goods(), this.form(),
      h("h3", { class: "pane-title" }, "Orders"), orders, events);
  }

  head() {
    return h("div", { class: "shop-head" }, h("div", {}, h("h2", {}, "Lantern & Co."),
      h("p", { class: "dim" }, "Pay with your Telegram wallet: give your number, or scan the code.")),
    h("span", { class: "pill" }, "test shop"));
  }

  goods() {
    return h("div", { class: "goods" }, GOODS.map(([picture, name, minor, currency]) => h("button", {
      class: "good", test: "shop-item", onclick: () => this.choose(name, minor, currency),
    }, h("span", { class: `picture ${picture}` }, icon(picture)), h("b", {}, name), h("span", {}, format(minor, currency)))));
  }

  choose(description, minor, currency) {
    const amount = `${String(Math.trunc(minor / 100))}.${String(minor % 100).padStart(2, "0")}`;
    Object.assign(this.draft, { description, amount, currency });
    this.draw();
  }

  form() {
    const { draft } = this;
    const text = (name, props) => h("input", {
      ...props, value: draft[name], data: { key: `shop-${name}` }, dir: "auto",
      oninput: (e) => { draft[name] = e.target.value; },
    });
    const phone = draft.phone ?? this.world.person.phone;
    return h("form", { class: "card form", onsubmit: (e) => { e.preventDefault(); this.issue(phone); } },
      h("label", { class: "wide" }, h("span", {}, "What is sold"), text("description", { test: "shop-description", required: true, maxlength: 200, placeholder: "Choose above, or write" })),
      h("label", {}, h("span", {}, "Amount"), text("amount", { test: "shop-amount", required: true, inputmode: "decimal", placeholder: "0.00" })),
      h("label", {}, h("span", {}, "Currency"), h("select", { test: "shop-currency", onchange: (e) => { draft.currency = e.target.value; } },
        ["RUB", "USD", "EUR"].map((code) => h("option", { value: code, selected: code === draft.currency }, code)))),
      this.plugins.hasPhone && h("label", { class: "wide" }, h("span", {}, "Customer’s phone"), h("input", {
        test: "shop-phone", value: draft.isOpen ? "" : phone, disabled: draft.isOpen, inputmode: "tel", data: { key: "shop-phone" },
        placeholder: "anyone with the link", oninput: (e) => { draft.phone = e.target.value; },
      })),
      this.plugins.hasPhone && h("label", { class: "switch wide" }, h("input", { type: "checkbox", test: "shop-open", checked: draft.isOpen, onchange: (e) => { draft.isOpen = e.target.checked; this.draw(); } }),
        h("span", { class: "knob" }), h("span", {}, "Open invoice: anyone with the link or QR code may pay")),
      this.plugins.options(),
      this.fault && h("p", { class: "fault wide", test: "shop-error", role: "alert" }, this.fault),
      this.state.fault && !this.fault && h("p", { class: "dim wide" }, this.state.fault),
      h("button", { class: "primary wide", test: "shop-issue" }, this.plugins.hasPhone ? "Issue the invoice" : "Place the order"));
  }

  async issue(phone) {
    const { description, amount, currency, isOpen } = this.draft;
    const minor = parse(amount, currency);
    if (minor === null) { this.fault = "That is not an amount."; this.draw(); return; }
    const goods = { amount_minor: minor, currency, description, phone: isOpen ? null : phone };
    await this.act(() => (this.plugins.isOn ? this.plugins.sell(goods) : post("shop/orders", goods)));
    if (this.plugins.isOn) await this.plugins.load();
    if (!this.fault) { Object.assign(this.draft, { description: "", amount: "", phone: undefined }); this.draw(); }
  }

  async act(work) {
    this.fault = null;
    try { await work(); } catch (error) { this.fault = error.message; }
    this.draw();
    await this.load();
  }

  orders() {
    const { orders } = this.state;
    if (!orders.length) return h("p", { class: "empty" }, "No orders yet. Issue an invoice and watch it turn paid.");
    return h("div", { class: "orders" }, orders.map((order) => this.order(order)));
  }

  order(order) {
    const { invoice, reference } = order;
    const path = `shop/orders/${encodeURIComponent(reference)}`;
    const isPaid = ["paid", "refunded_in_part"].includes(invoice.state);
    const refunded = invoice.refunded?.minor ?? 0;
    const small = (label, test, work, kind = "quiet") => h("button", { class: `small ${kind}`, test, onclick: work }, label);
    const toggleQr = () => { if (!this.qr.delete(reference)) this.qr.add(reference); this.draw(); };
    return h("article", { class: `card order state-${invoice.state}`, test: "order", data: { reference } },
      h("header", {}, h("div", {}, h("b", { dir: "auto" }, order.description || reference), h("span", { class: "dim" }, `${reference} · ${order.phone ?? invoice.phone ?? "open"}`)),
        h("div", { class: "sum" }, h("b", {}, format(invoice.amount.minor, invoice.amount.currency)),
          h("span", { class: `pill state-${invoice.state}`, test: "order-state", data: { state: invoice.state } }, STATES[invoice.state] ?? invoice.state))),
      refunded > 0 && h("p", { class: "dim" }, `Given back: ${format(refunded, invoice.amount.currency)}`),
      invoice.state === "waiting" && h("div", { class: "row" },
        h("a", { class: "small link", href: invoice.page_url, target: "_blank", rel: "noopener", test: "order-page" }, "To the payment page", icon("link")),
        h("a", { class: "small link", href: invoice.pay_url, test: "order-link", onclick: (e) => { if (this.world.follow(invoice.pay_url)) e.preventDefault(); } }, "Pay in Telegram", icon("link")),
        small(this.qr.has(reference) ? "Hide QR" : "QR code", "order-show-qr", toggleQr),
        small("Cancel", "order-cancel", () => this.act(() => post(`${path}/cancel`)), "danger")),
      this.qr.has(reference) && invoice.state === "waiting" && h("div", { class: "qr" },
        h("img", { src: `/sandbox/api/${path}/qr.svg`, test: "order-qr", alt: "QR code of the payment link" }), h("code", {}, invoice.pay_url),
        small("Photograph it", "order-photograph", () => this.world.photograph(`/sandbox/api/${path}/qr.png`))),
      isPaid && this.refundRow(path, order),
      h("footer", {}, h("span", { class: "dim" }, order.told ? [icon("check"), "told by a signed notification"] : "not notified yet"),
        small("Ask the wallet", "order-refresh", () => this.act(() => post(`${path}/refresh`)))));
  }

  refundRow(path, order) {
    const { currency } = order.invoice.amount;
    const left = order.invoice.amount.minor - (order.invoice.refunded?.minor ?? 0);
    const give = () => {
      const typed = this.amounts.get(order.reference) ?? "";
      const minor = typed ? parse(typed, currency) : null;
      if (typed && minor === null) { this.fault = "That is not an amount."; this.draw(); return; }
      this.amounts.delete(order.reference);
      this.act(() => post(`${path}/refund`, { amount_minor: minor }));
    };
    return h("div", { class: "row" }, h("input", {
      class: "short", test: "order-refund-amount", inputmode: "decimal", placeholder: `all (${format(left, currency)})`,
      value: this.amounts.get(order.reference) ?? "", data: { key: `refund-${order.reference}` },
      oninput: (e) => this.amounts.set(order.reference, e.target.value),
    }), h("button", { class: "small quiet", test: "order-refund", onclick: give }, "Refund"));
  }

  events() {
    const { events } = this.state;
    return events.length > 0 && h("details", { class: "card log", open: true }, h("summary", {}, `Notifications from the wallet (${events.length})`),
      events.slice(0, 12).map((event) => h("div", { class: `event ${event.genuine ? "" : "false"}`, test: "shop-event" },
        icon(event.genuine ? "shield" : "alert"), h("b", {}, event.type), h("span", { class: "dim" }, event.note), h("time", {}, time(event.at)))));
  }
}
