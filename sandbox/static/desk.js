// The operator's desk: the wallet's books, read only.

import { h, icon, replaceKeeping } from "./dom.js";
import { format } from "./money.js";
import { calm, get } from "./wire.js";

const SOON_MS = 350;

/** An account's name with the middle of its long number left out. */
const short = (id) => id.replace(/([0-9a-f]{6})[0-9a-f]{20}([0-9a-f]{6})/, "$1…$2");

export class Desk {
  constructor(pane) {
    this.pane = pane;
    this.older = [];
    this.load = calm(() => this.read());
    this.draw({ fault: "Not read yet." });
  }

  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.load(), SOON_MS);
  }

  async read() {
    try {
      this.books = await get("desk");
      this.older = [];
      this.draw({});
    } catch (error) { this.draw({ fault: error.message }); }
  }

  async more(position) {
    const page = await get(`desk?before=${position}`);
    this.older.push(...page.transactions);
    this.draw({});
  }

  draw({ fault }) {
    const books = this.books;
    replaceKeeping(this.pane,
      h("div", { class: "shop-head" }, h("div", {}, h("h2", {}, "Operator’s desk"), h("p", { class: "dim" }, "The ledger as the wallet shows it: double entry, chained and signed.")),
        h("button", { class: "small quiet", test: "desk-refresh", onclick: () => this.load() }, icon("refresh"), "Read again")),
      fault && h("p", { class: "fault", test: "desk-error", role: "alert" }, fault),
      books && [this.faults(books), this.totals(books), this.head(books), this.accounts(books), this.transactions(books)]);
    if (books) this.newest = books.transactions[0]?.position ?? 0;
  }

  faults({ faults }) {
    const isSound = faults.length === 0;
    return h("div", { class: `card verdict ${isSound ? "sound" : "broken"}`, test: "desk-faults", data: { faults: faults.length } },
      icon(isSound ? "shield" : "alert"),
      isSound ? h("b", {}, "The books balance.") : h("div", {}, h("b", {}, `${faults.length} faults`),
        faults.map((f) => h("p", {}, `${f.name}: ${f.detail ?? ""} (row ${f.row ?? "?"}, ${f.amount_minor ?? 0})`))));
  }

  totals({ totals }) {
    const line = (name, minor, currency) => h("div", { class: "line" }, h("span", {}, name), h("b", {}, format(minor, currency)));
    return h("div", { class: "totals", test: "desk-totals" }, totals.map((t) => h("div", { class: "card" },
      h("div", { class: "line" }, h("b", { class: "code" }, t.currency), h("span", { class: `pill ${t.posted_minor === 0 ? "state-paid" : "state-rejected"}` }, `sum ${t.posted_minor}`)),
      line("Holders", t.holders_minor, t.currency), line("Merchants", t.merchants_minor, t.currency),
      line("Terminals", t.terminals_minor ?? 0, t.currency), line("Providers", t.providers_minor ?? 0, t.currency),
      line("System", t.system_minor, t.currency), line("Held", t.held_minor, t.currency))));
  }

  head({ head }) {
    return head && h("div", { class: "card chain", test: "desk-head" }, h("div", { class: "line" }, h("b", {}, `Chain head, no. ${head.position}`), h("time", {}, head.at ? new Date(head.at).toLocaleString() : "")),
      h("code", { title: "hash" }, head.hash), head.signature && h("code", { class: "dim", title: "signature" }, `signed ${head.signature}`));
  }

  accounts({ accounts }) {
    return h("details", { class: "card log", open: true }, h("summary", {}, `Accounts (${accounts.length})`), h("div", { class: "scroll-x" },
      h("table", {}, h("thead", {}, h("tr", {}, ["Account", "Posted", "Held"].map((name) => h("th", {}, name)))),
        h("tbody", {}, accounts.map((a) => h("tr", { test: "desk-account", data: { id: a.id } },
          h("td", {}, h("code", { title: a.id }, short(a.id))), h("td", { class: "sum" }, format(a.posted_minor, a.currency)),
          h("td", { class: "sum" }, a.held_minor ? format(a.held_minor, a.currency) : "–")))))));
  }

  transactions({ transactions }) {
    const all = [...transactions, ...this.older];
    const last = all.at(-1);
    return h("section", { class: "ledger" }, h("h3", { class: "pane-title" }, "Transactions"),
      all.length === 0 && h("p", { class: "empty" }, "The journal is empty."),
      all.map((t) => this.transaction(t, this.newest !== undefined && t.position > this.newest)),
      last && last.position > 1 && h("button", { class: "small quiet", test: "desk-more", onclick: () => this.more(last.position) }, "Older"));
  }

  transaction(t, isNew) {
    return h("article", { class: `card transaction ${isNew ? "arriving" : ""}`, test: "desk-transaction", data: { kind: t.kind, position: t.position } },
      h("header", {}, h("b", {}, `${t.position} · ${t.kind}`), h("time", {}, new Date(t.at).toLocaleTimeString())),
      t.transfers.map((m) => h("div", { class: "line" }, h("span", {}, h("code", { title: m.debit }, short(m.debit)), " → ", h("code", { title: m.credit }, short(m.credit))), h("b", {}, format(m.amount_minor, m.currency)))),
      h("footer", { class: "dim" }, h("span", { title: t.key }, t.key), h("code", {}, t.hash.slice(0, 16))));
  }
}
