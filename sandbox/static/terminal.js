// The cash terminal: a screen, a pad, banknotes, and a printer.

import { h, icon, replaceKeeping } from "./dom.js";
import { calm, get, post } from "./wire.js";

const OUTCOMES = { done: "CREDITED", refused: "REFUSED", unknown: "NOT CONFIRMED YET" };

const INVOICE_DIGITS = 8;
const isOfInvoice = (account) => account.length === INVOICE_DIGITS;
const shown = (account) => (isOfInvoice(account) ? `${account.slice(0, 4)} ${account.slice(4)}` : `+${account}`);
const roubles = (sum) => `${sum.toLocaleString("ru")} ₽`;

export class Terminal {
  constructor(pane, world) {
    this.pane = pane;
    this.world = world;
    this.state = null;
    this.number = "";
    this.fault = null;
    this.isBusy = false;
    this.load = calm(async () => { this.state = await get("terminal"); this.draw(); });
  }

  async act(path, body) {
    this.fault = null;
    this.isBusy = true;
    this.draw();
    try { await post(`terminal/${path}`, body); } catch (error) { this.fault = error.message; }
    this.isBusy = false;
    if (path === "pay" && !this.fault) { this.number = ""; this.printing = true; }
    if (path === "reset") this.number = "";
    this.state = await get("terminal");
    this.draw();
    this.printing = false;
  }

  draw() {
    if (!this.state || !this.world.person) return;
    replaceKeeping(this.pane, h("div", { class: "kiosk" },
      h("div", { class: "kiosk-head" }, h("b", {}, "PAYMENT TERMINAL"), h("span", {}, this.state.number)),
      this.screen(), this.pad(), this.cash(), this.printer()));
  }

  screen() {
    const { account, inserted, check, asked } = this.state;
    const isInvoice = asked !== null;
    const prompt = isInvoice ? "Insert exactly what the invoice asks for" : "Insert banknotes";
    const says = this.fault ?? this.said(check);
    return h("div", { class: "kiosk-screen", test: "terminal-screen" },
      h("div", { class: "dim" }, account ? prompt : "Enter a wallet’s phone number, or the 8 digits of an invoice"),
      h("input", {
        class: "number", test: "terminal-number", inputmode: "tel", placeholder: "+7 ___ ___ __ __", data: { key: "terminal-number" },
        value: account ? shown(account) : this.number, disabled: Boolean(account), "aria-label": "Phone number, or number of an invoice",
        oninput: (e) => { this.number = e.target.value; },
        onkeydown: (e) => { if (e.key === "Enter") this.act("check", { account: this.number }); },
      }),
      h("div", { class: "inserted" }, roubles(inserted), isInvoice && h("small", {}, ` of ${roubles(asked)}`)),
      h("div", { class: `says ${check && check.outcome !== "done" ? "bad" : ""} ${this.fault ? "bad" : ""}`, dir: "auto" }, this.isBusy ? "One moment…" : says));
  }

  said(check) {
    if (!check) return "Any wallet’s number; who has none gets one. A shop’s page shows the number of its invoice.";
    const code = check.result === null ? "" : ` (code ${check.result})`;
    return check.outcome === "done" ? `Number accepted. ${check.comment}` : `${check.comment || "Not accepted"}${code}`;
  }

  pad() {
    const press = (digit) => { this.number += digit; this.draw(); };
    const isSet = Boolean(this.state.account);
    const keys = [..."123456789"].map((d) => h("button", { test: `terminal-key-${d}`, disabled: isSet, onclick: () => press(d) }, d));
    return h("div", { class: "pad" }, keys,
      h("button", { disabled: isSet, onclick: () => { this.number = this.number.slice(0, -1); this.draw(); } }, "⌫"),
      h("button", { disabled: isSet, onclick: () => press("0") }, "0"),
      h("button", { disabled: isSet, title: "The number of the person on the left", onclick: () => { this.number = this.world.person.phone; this.draw(); } }, icon("person")),
      h("button", { class: "go", test: "terminal-check", disabled: isSet || this.isBusy, onclick: () => this.act("check", { account: this.number }) }, "Check the number"),
      h("button", { class: "stop", test: "terminal-reset", onclick: () => this.act("reset") }, "Start over"));
  }

  cash() {
    const { account, inserted, notes, asked } = this.state;
    const left = asked === null ? Infinity : asked - inserted;
    const isEnough = inserted > 0 && (asked === null || left === 0);
    return h("div", { class: "cash" }, h("div", { class: "slot" }, "banknotes"),
      h("div", { class: "notes" }, notes.map((note) => h("button", {
        class: `note note-${note}`, test: `terminal-note-${note}`, disabled: !account || this.isBusy || note > left, onclick: () => this.act("insert", { note }),
      }, h("b", {}, String(note)), h("span", {}, "₽")))),
      h("button", { class: "pay", test: "terminal-pay", disabled: !isEnough || this.isBusy, onclick: () => this.act("pay") }, inserted ? `Pay ${roubles(inserted)}` : "Pay"));
  }

  printer() {
    const { receipts } = this.state;
    return h("div", { class: "printer" }, h("div", { class: "slot" }, "receipts"),
      receipts.length > 0 && h("button", { class: "small quiet", test: "terminal-repeat", disabled: this.isBusy, onclick: () => this.act("repeat") }, icon("refresh"), "Repeat the last payment (same number)"),
      receipts.slice(0, 5).map((receipt, index) => this.receipt(receipt, index === 0 && this.printing)));
  }

  receipt(receipt, isNew) {
    const line = (name, value) => value && h("div", { class: "line" }, h("span", {}, name), h("span", {}, value));
    return h("article", { class: `receipt ${receipt.outcome} ${isNew ? "printing" : ""}`, test: "receipt", data: { outcome: receipt.outcome, txn: receipt.txn_id } },
      h("b", {}, `TERMINAL ${receipt.terminal}`), line("Date", new Date(receipt.at).toLocaleString("ru")), line("Receipt", receipt.txn_id),
      line(isOfInvoice(receipt.account) ? "Invoice" : "Account", shown(receipt.account)), line("Amount", `${receipt.sum} RUB`), line("Wallet’s no.", receipt.prv_txn),
      line("Sent", receipt.times_sent > 1 && `${receipt.times_sent} times`),
      h("div", { class: "outcome" }, OUTCOMES[receipt.outcome], receipt.result ? ` · code ${receipt.result}` : ""),
      receipt.comment && h("div", { class: "comment", dir: "auto" }, receipt.comment),
      h("div", { class: "keep" }, "Keep this receipt until the money arrives"));
  }
}
