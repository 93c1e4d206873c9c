// The providers' billing system: its mood, what it was asked, and what it has credited.

import { h, icon, replaceKeeping, time } from "./dom.js";
import { calm, get, post } from "./wire.js";

const MOODS = {
  good: "answers well", slow: "answers slowly", silent: "credits, never answers", deaf: "never answers",
  error: "credits, answers HTTP 500", broken: "answers HTTP 500", down: "answers HTTP 503", empty: "credits, answers nothing",
  garbage: "credits, answers nonsense", html: "answers well, as text/html", busy: "code 1: repeat", unfinished: "code 90: not finished",
  refusing: "a fatal code", forgetful: "calls repeats duplicates", other_sum: "echoes another sum", random: "anything, by chance",
};
const COMMANDS = { "*": "every request", check: "checks", pay: "payments" };
const CODES = [4, 5, 7, 8, 31, 32, 79, 241, 242, 243, 300];
const FLAWS = { "": "as it is", missing: "one missing", doubled: "one doubled", strange: "one too many", sum: "a wrong sum", total: "a wrong total" };

export class Provider {
  constructor(pane) {
    this.pane = pane;
    this.state = null;
    this.fault = null;
    this.flaw = "";
    this.wish = { mood: "silent", command: "pay", service: "*", count: 1, code: 5 };
    this.load = calm(async () => { this.state = await get("provider"); this.draw(); });
  }

  async act(work) {
    this.fault = null;
    try { await work; } catch (error) { this.fault = error.message; }
    await this.load();
  }

  draw() {
    if (!this.state) return;
    replaceKeeping(this.pane, h("div", { class: "shop-head" }, h("div", {}, h("h2", {}, "Providers"),
      h("p", { class: "dim" }, "One billing system behind everybody the wallet pays. It credits each number once, whatever it says."))),
    this.fault && h("p", { class: "fault", role: "alert" }, this.fault), this.moods(), this.credits(), this.requests());
  }

  moods() {
    const { wish, state } = this;
    const set = (name, as = (v) => v) => (e) => { wish[name] = as(e.target.value); this.draw(); };
    const pick = (name, pairs, as) => h("select", { test: `provider-${name}`, onchange: set(name, as) },
      pairs.map(([value, label]) => h("option", { value, selected: String(value) === String(wish[name]) }, label)));
    const label = (text, child) => h("label", {}, h("span", {}, text), child);
    const order = () => ({ ...wish, count: wish.count || null });
    return h("form", { class: "card form", onsubmit: (e) => { e.preventDefault(); this.act(post("provider/moods", order())); } },
      label("The billing system", pick("mood", state.moods.map((mood) => [mood, MOODS[mood] ?? mood]))),
      label("for", pick("command", Object.entries(COMMANDS))),
      label("of", pick("service", [["*", "every provider"], ...state.services.map((name) => [name, name])])),
      label("times", pick("count", [[1, "once"], [2, "twice"], [5, "five times"], [0, "until told otherwise"]], Number)),
      wish.mood === "refusing" && label("code", pick("code", CODES.map((code) => [code, String(code)]), Number)),
      h("button", { class: "primary wide", test: "provider-order" }, "Put it into this mood"),
      state.orders.length > 0 && h("div", { class: "row wide" }, h("span", { test: "provider-orders" }, state.orders.map((o) => this.told(o)).join(", ")),
        h("button", { type: "button", class: "small quiet", test: "provider-clear", onclick: () => this.act(fetch("/sandbox/api/provider/moods", { method: "DELETE" })) }, "All good again")));
  }

  told(order) {
    const whose = order.service === "*" ? "" : `${order.service}: `;
    return `${whose}${MOODS[order.mood]} (${COMMANDS[order.command]}${order.count ? `, ${order.count}×` : ""})`;
  }

  credits() {
    const { credits, credited, services } = this.state;
    const flaws = h("select", { class: "short", test: "provider-flaw", onchange: (e) => { this.flaw = e.target.value; this.draw(); } },
      Object.entries(FLAWS).map(([value, label]) => h("option", { value, selected: value === this.flaw }, label)));
    return h("section", { class: "card log" }, h("div", { class: "line" }, h("b", {}, `Credited (${credited})`)),
      services.length > 0 && h("div", { class: "row" }, h("span", {}, "Today’s file,"), flaws, services.map((name) => h("a", {
        class: "pill", test: `provider-file-${name}`, download: "", href: `/sandbox/api/provider/registry/${encodeURIComponent(name)}?flaw=${this.flaw}` }, name))),
      credits.length === 0 && h("p", { class: "empty" }, "Nobody has paid anybody yet."),
      h("div", { class: "scroll-x" }, credits.length > 0 && h("table", {}, h("tbody", {}, credits.map((c) => h("tr", { test: "provider-credit", data: { txn: c.txn_id } },
        h("td", {}, c.service), h("td", {}, h("code", {}, c.account)), h("td", { class: "sum" }, c.sum), h("td", { class: "sum" }, c.times > 1 ? `asked ${c.times}×` : ""), h("td", { class: "sum" }, h("code", { title: c.txn_id }, c.prv_txn))))))));
  }

  requests() {
    const { requests } = this.state;
    return h("details", { class: "card log", open: true }, h("summary", {}, `Requests (${requests.length})`), h("div", { class: "calls" },
      requests.slice(0, 60).map((r) => h("div", { class: `call ${r.mood === "good" && r.result === 0 ? "" : "bad"}`, test: "provider-request" },
        h("time", {}, time(r.at)), h("span", {}, `${r.service} ${r.command}`), h("code", {}, `${r.account} ${r.sum}`), h("b", {}, r.mood === "good" ? `code ${r.result}` : r.mood)))));
  }
}
