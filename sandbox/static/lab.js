// The lab: failures on order, and what the bot asked of Telegram.

import { h, replaceKeeping, time } from "./dom.js";
import { calm, get, post } from "./wire.js";

const METHODS = ["sendMessage", "editMessageText", "answerCallbackQuery", "deleteMessage", "sendDocument", "getUpdates", "*"];
const CODES = [[429, "too many requests"], [400, "bad request"], [403, "blocked"], [500, "server error"], [502, "bad gateway (HTML)"]];

export class Lab {
  constructor(pane, world) {
    this.pane = pane;
    this.world = world;
    this.order = { method: "sendMessage", code: 429, count: 1, after: false };
    this.load = calm(async () => {
      this.calls = (await get("calls")).calls.reverse();
      this.faults = (await get("faults")).faults;
      this.now = await get("clock").then((said) => said.now, () => null);
      this.draw();
    });
  }

  draw() {
    replaceKeeping(this.pane, h("div", { class: "shop-head" }, h("div", {}, h("h2", {}, "Lab"),
      h("p", { class: "dim" }, "Break the world on purpose and see that no money is lost."))),
    this.telegram(), this.others(), this.clock(), this.log());
  }

  telegram() {
    const set = (name, read = (v) => v) => (e) => { this.order[name] = read(e.target.value); };
    const options = (pairs, chosen) => pairs.map(([value, label]) => h("option", { value, selected: value === chosen }, label));
    return h("form", { class: "card form", onsubmit: (e) => { e.preventDefault(); this.act(post("faults", this.order)); } },
      h("label", {}, h("span", {}, "Next calls of"), h("select", { test: "fault-method", onchange: set("method") }, options(METHODS.map((m) => [m, m]), this.order.method))),
      h("label", {}, h("span", {}, "fail with"), h("select", { test: "fault-code", onchange: set("code", Number) }, options(CODES.map(([c, w]) => [c, `${c} ${w}`]), this.order.code))),
      h("label", {}, h("span", {}, "times"), h("input", { type: "number", min: 1, max: 100, test: "fault-count", value: this.order.count, data: { key: "fault-count" }, oninput: set("count", Number) })),
      h("label", {}, h("span", {}, "and the call"), h("select", { test: "fault-after", onchange: set("after", (v) => v === "after") },
        options([["before", "is not done"], ["after", "is done, answer lost"]], this.order.after ? "after" : "before"))),
      h("button", { class: "primary wide", test: "fault-order" }, "Order the failure"),
      this.faults?.length > 0 && h("div", { class: "row wide" }, h("span", {}, this.faults.map((f) => `${f.method}: ${f.code} × ${f.count}`).join(", ")),
        h("button", { type: "button", class: "small quiet", test: "fault-clear", onclick: () => this.act(fetch("/sandbox/api/faults", { method: "DELETE" })) }, "Clear")));
  }

  others() {
    return h("div", { class: "card row" },
      h("button", { class: "small quiet", test: "sms-fail", onclick: () => this.act(post("sms/fail", { count: 1 })) }, "SMS centre: fail the next message"),
      h("button", { class: "small quiet", test: "shop-fail", onclick: () => this.act(post("shop/fail", { count: 2, status: 503 })) }, "Shop: refuse the next two notifications"));
  }

  clock() {
    if (!this.now) return false;  // the machine's own, which nobody moves
    const leap = (label, by, test) => h("button", { class: "small quiet", test, onclick: () => this.act(post("clock", by)) }, label);
    return h("div", { class: "card row" }, h("span", { test: "clock" }, new Date(this.now).toLocaleString()),
      leap("an hour later", { hours: 1 }, "clock-hour"), leap("a day later", { days: 1 }, "clock-day"), leap("a month later", { days: 30 }, "clock-month"));
  }

  async act(work) {
    try { await work; } catch (error) { this.world.complain(error); }
    await this.load();
  }

  log() {
    return h("section", { class: "card log" }, h("h3", {}, "The bot’s calls"), h("div", { class: "calls", test: "calls" },
      (this.calls ?? []).slice(0, 60).map((call) => h("div", { class: `call ${call.code === 200 ? "" : "bad"}` },
        h("time", {}, time(call.at)), h("code", {}, call.method), h("span", { class: "dim" }, call.chat_id ?? ""), h("b", {}, String(call.code)),
        call.description && h("span", { class: "why" }, call.description)))));
  }
}
