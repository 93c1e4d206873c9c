// The phone: chat header, bubbles, keyboards, message field, and what slides over them.

import { h, icon, time } from "./dom.js";
import { Composer } from "./composer.js";
import { Messages } from "./messages.js";
import { MiniApp } from "./mini_app.js";
import { codeIn } from "./sms.js";
import { calm, get, post, upload } from "./wire.js";

const TOAST_MS = 3200;
const BANNER_MS = 7000;
const NEAR_BOTTOM = 160;

export class Phone {
  constructor(pane, world) {
    this.world = world;
    this.clock = h("span", { class: "clock" });
    this.subtitle = h("span", { class: "subtitle", test: "typing" }, "bot");
    this.title = h("b", {}, "Purser");
    this.list = h("div", { class: "messages", test: "chat", role: "log", "aria-live": "polite" });
    this.intro = h("div", { class: "intro" });
    this.scroll = h("div", { class: "scroll" }, this.intro, this.list);
    this.messages = new Messages(this.list, this.actions());
    this.composer = new Composer(world, this.actions());
    this.overlay = h("div", { class: "overlay" });
    this.screen = h("div", { class: "screen" }, this.statusBar(), this.header(), this.scroll,
      this.composer.element, this.overlay);
    this.app = new MiniApp(this.screen, world);
    this.screen.addEventListener("dragover", (event) => event.preventDefault());
    this.screen.addEventListener("drop", (event) => this.drop(event));
    pane.append(h("div", { class: "device" }, this.screen));
    this.load = calm(() => this.read());
    this.tick();
    setInterval(() => this.tick(), 10_000);
  }

  actions() {
    const send = (action, body) => post(`people/${this.world.person.id}/${action}`, body)
      .catch((error) => { this.toast(error.message); });
    return {
      say: (text) => send("say", { text }),
      start: (payload = "") => send("start", { payload }),
      choose: (text) => send("choose", { text }),
      contact: (body = {}) => send("contact", body),
      photo: (file) => this.send("photo", file),
      document: (file) => this.send("document", file),
      unblock: () => post(`people/${this.world.person.id}`, { blocked: false }),
      press: (message_id, row, column) => send("press", { message_id, row, column }),
      copy: (text) => this.world.copy(text),
      follow: (url) => this.world.follow(url),
      open: (message_id, row, column) => this.openApp({ message_id, row, column }),
      openUrl: (url) => this.openApp({ url }),
    };
  }

  /** A picture as a photo, or a file as it is. */
  async send(kind, file, person = this.world.person) {
    try { await upload(`people/${person.id}/${kind}`, file, { name: file.name ?? "" }); } catch (error) { this.toast(error.message); }
  }

  async openApp(body) {
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    try {
      const { url } = await post(`people/${this.world.person.id}/open`, { ...body, dark });
      this.overlay.querySelectorAll(".banner").forEach((old) => old.remove());
      this.app.open(url);
    } catch (error) { this.toast(error.message); }
  }

  drop(event) {
    event.preventDefault();
    for (const file of event.dataTransfer.files) this.send(file.type.startsWith("image/") ? "photo" : "document", file);
  }

  select() {
    this.messages.clear();
    this.overlay.replaceChildren();
    this.app.close();
    this.toasts = null;
    this.composer.reset();
    this.load();
  }

  async read() {
    const person = this.world.person;
    if (!person) return;
    const chat = await get(`people/${person.id}/chat`);
    if (person.id !== this.world.person.id) return;
    const isAtBottom = this.isAtBottom() || this.list.childElementCount === 0;
    this.title.textContent = this.world.bot.name || "Purser";
    this.drawIntro(chat);
    this.messages.update(chat.messages, chat.waiting);
    this.composer.update(chat);
    this.showTyping(chat.typing);
    this.showToasts(chat.toasts);
    const own = chat.messages.at(-1);
    if (isAtBottom || (own && !own.from_bot)) this.settle();
    if (chat.unread && this.isLookedAt()) post(`people/${person.id}/look`).catch(() => {});
  }

  isLookedAt() {
    return document.visibilityState === "visible" && this.screen.offsetParent !== null;
  }

  isAtBottom() {
    return this.scroll.scrollHeight - this.scroll.scrollTop - this.scroll.clientHeight < NEAR_BOTTOM;
  }

  settle() {
    requestAnimationFrame(() => { this.scroll.scrollTop = this.scroll.scrollHeight; });
    for (const photo of this.list.querySelectorAll("img:not([data-seen])")) {
      photo.dataset.seen = "";
      photo.addEventListener("load", () => { this.scroll.scrollTop = this.scroll.scrollHeight; }, { once: true });
    }
  }

  drawIntro(chat) {
    const isNew = chat.messages.length === 0;
    this.intro.hidden = !isNew;
    if (!isNew) return;
    const about = chat.description || "A wallet inside Telegram. Press START to open it.";
    this.intro.replaceChildren(
      h("div", { class: "intro-card" }, h("b", {}, "What can this bot do?"), h("p", { dir: "auto" }, about)));
  }

  showTyping(action) {
    const words = { typing: "typing…", upload_document: "sending a file…", upload_photo: "sending a picture…" };
    this.subtitle.textContent = action ? words[action] ?? `${action}…` : "bot";
    this.subtitle.classList.toggle("busy", Boolean(action));
    clearTimeout(this.typingTimer);
    if (action) this.typingTimer = setTimeout(() => this.showTyping(null), 5000);
  }

  showToasts(toasts) {
    const isFirst = this.toasts === null || this.toasts === undefined;
    const seen = this.toasts ?? new Set();
    for (const toast of toasts) {
      if (seen.has(toast.id)) continue;
      seen.add(toast.id);
      if (isFirst) continue;
      if (toast.url) this.world.follow(toast.url);
      if (toast.text) (toast.alert ? this.alert(toast.text) : this.toast(toast.text));
    }
    this.toasts = seen;
  }

  toast(text) {
    const toast = h("div", { class: "toast", test: "toast", role: "status", dir: "auto" }, text);
    this.overlay.querySelectorAll(".toast").forEach((old) => old.remove());
    this.overlay.append(toast);
    setTimeout(() => toast.remove(), TOAST_MS);
  }

  alert(text) {
    const close = () => veil.remove();
    const veil = h("div", { class: "veil", role: "alertdialog", test: "alert" },
      h("div", { class: "alert" }, h("b", {}, this.title.textContent), h("p", { dir: "auto" }, text),
        h("button", { class: "quiet", test: "alert-close", onclick: close }, "OK")));
    this.overlay.append(veil);
  }

  /** An SMS has come: a banner over the chat, and its code offered above the keyboard. */
  notify(sms) {
    const code = codeIn(sms.text);
    const close = () => banner.remove();
    const banner = h("button", { class: "banner", test: "sms-banner", onclick: () => { close(); this.world.show("sms"); } },
      icon("sms"), h("span", {}, h("b", {}, "Purser"), h("span", { class: "banner-text", dir: "auto" }, sms.text)));
    this.overlay.querySelectorAll(".banner").forEach((old) => old.remove());
    this.overlay.append(banner);
    setTimeout(close, BANNER_MS);
    if (code) this.composer.offer(code, close);
  }

  type(text) { this.composer.type(text); }

  tick() {
    this.clock.textContent = time(new Date());
  }

  statusBar() {
    return h("div", { class: "status-bar", "aria-hidden": "true" }, this.clock, h("span", { class: "island" }),
      h("span", { class: "signal" }, h("i"), h("i"), h("i"), h("i")));
  }

  header() {
    return h("header", { class: "chat-header" },
      h("span", { class: "avatar bot-avatar" }, h("img", { src: "/sandbox/static/icon.svg", alt: "" })),
      h("div", {}, this.title, this.subtitle));
  }
}
