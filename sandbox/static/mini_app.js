// A Mini App: the wallet's page in a frame, opened with signed init data in its address.

import { h, icon } from "./dom.js";

export class MiniApp {
  constructor(screen, world) {
    this.screen = screen;
    this.world = world;
    window.addEventListener("message", (event) => this.heard(event));
  }

  open(url) {
    this.close();
    this.frame = h("iframe", { src: url, test: "mini-app-frame", title: "Mini App", allow: "clipboard-write" });
    this.sheet = h("div", { class: "mini-app", test: "mini-app", role: "dialog", "aria-label": "Mini App" },
      h("header", {},
        h("button", { class: "icon-button", test: "mini-app-close", title: "Close", onclick: () => this.close() }, icon("close")),
        h("div", {}, h("b", {}, this.world.bot.name || "Purser"), h("span", { class: "dim" }, "mini app")),
        h("button", { class: "icon-button", title: "Reload", onclick: () => { this.frame.src = url; } }, icon("refresh"))),
      this.frame);
    this.screen.append(this.sheet);
  }

  close() {
    this.sheet?.remove();
    this.sheet = this.frame = null;
  }

  /** What Telegram's own script says to the client around it. */
  heard(event) {
    if (!this.frame || event.source !== this.frame.contentWindow) return;
    let said;
    try { said = typeof event.data === "string" ? JSON.parse(event.data) : event.data; } catch { return; }
    const data = said?.eventData ?? {};
    if (said?.eventType === "web_app_close") this.close();
    if (said?.eventType === "web_app_open_tg_link") { this.close(); this.world.follow(`https://t.me${data.path_full}`); }
    if (said?.eventType === "web_app_open_link" && /^https?:/.test(data.url)) window.open(data.url, "_blank", "noopener");
    if (said?.eventType === "web_app_read_text_from_clipboard") return;
    if (said?.eventType === "web_app_setup_closing_behavior") return;
  }
}
