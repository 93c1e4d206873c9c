// The list of bubbles: each is drawn again in place when its version grows.

import { h, icon, time } from "./dom.js";
import { link, rich } from "./rich.js";

const FILES = "/sandbox/api/files/";

export class Messages {
  constructor(list, act) {
    this.list = list;
    this.act = act;
    this.shown = new Map();
  }

  clear() {
    this.list.replaceChildren();
    this.shown.clear();
  }

  /** Bring the list to *messages*; *waiting* are taps whose buttons spin. */
  update(messages, waiting) {
    const isFirst = this.shown.size === 0;
    this.drop(new Set(messages.map((m) => m.id)));
    let day = null;
    for (const message of messages) {
      const on = new Date(message.at).toDateString();
      const entry = this.shown.get(message.id);
      if (!entry) this.append(message, on === day ? null : on, isFirst);
      else if (entry.version !== message.version) this.replace(entry, message);
      day = on;
    }
    this.spin(waiting);
  }

  append(message, newDay, isQuiet) {
    if (newDay && this.lastDay() !== newDay) this.list.append(h("div", { class: "day", data: { day: newDay } }, dayName(message.at)));
    const row = this.row(message);
    if (!isQuiet) row.classList.add("arriving");
    this.list.append(row);
    this.shown.set(message.id, { version: message.version, row });
  }

  replace(entry, message) {
    const row = this.row(message);
    row.classList.add("edited");
    entry.row.replaceWith(row);
    entry.row = row;
    entry.version = message.version;
  }

  drop(present) {
    for (const [id, { row }] of this.shown) {
      if (present.has(id)) continue;
      this.shown.delete(id);
      row.classList.add("leaving");
      row.removeAttribute("data-test");
      row.addEventListener("animationend", () => row.remove(), { once: true });
      setTimeout(() => row.remove(), 400);
    }
  }

  lastDay() {
    return [...this.list.querySelectorAll(".day")].at(-1)?.dataset.day ?? null;
  }

  spin(waiting) {
    for (const button of this.list.querySelectorAll("[data-callback]")) {
      const message = Number(button.closest("[data-message-id]").dataset.messageId);
      const isBusy = waiting.some((q) => q.message_id === message && q.data === button.dataset.callback);
      button.classList.toggle("busy", isBusy);
    }
  }

  row(message) {
    const from = message.from_bot ? "bot" : "me";
    const text = h("div", { class: "text", dir: "auto" }, rich(message.text, message.entities, this.act), this.meta(message));
    const bubble = h("div", { class: `bubble ${message.content.photo ? "with-photo" : ""}`, dir: "auto" },
      this.quoted(message), this.content(message), text);
    if (message.content.has_protected_content) bubble.classList.add("protected");
    return h("div", {
      class: `message from-${from}`, test: "message", data: { messageId: message.id, from },
    }, bubble, message.keyboard.length > 0 && this.keyboard(message));
  }

  meta(message) {
    return h("span", { class: "meta", dir: "ltr" },
      message.content.has_protected_content && h("span", { class: "kept", title: "Cannot be copied or forwarded" }, icon("shield")),
      message.edited_at && h("i", {}, "edited"), time(message.at));
  }

  quoted(message) {
    const quoted = message.content.reply_to_message;
    return quoted && h("div", { class: "quoted", dir: "auto" }, quoted.text ?? quoted.caption ?? "file");
  }

  content(message) {
    const { contact, document: file, photo } = message.content;
    if (contact) {
      return h("div", { class: "contact", test: "contact" }, h("span", { class: "avatar hue-2" }, icon("person")),
        h("div", {}, h("b", { dir: "auto" }, contact.first_name), h("span", { class: "dim", dir: "ltr" }, `+${contact.phone_number.replace("+", "")}`)));
    }
    if (file) {
      return h("a", { class: "file", test: "document", href: FILES + file.file_id, download: file.file_name },
        h("span", { class: "file-icon" }, icon("document")),
        h("div", {}, h("b", { dir: "auto" }, file.file_name), h("span", { class: "dim" }, size(file.file_size))));
    }
    if (photo) {
      const { file_id: id, width, height } = photo.at(-1);
      return h("img", { class: "photo", test: "photo", src: FILES + id, width, height, alt: message.text || "picture" });
    }
    return null;
  }

  keyboard(message) {
    return h("div", { class: "keyboard", role: "group" }, message.keyboard.map((row, r) => h("div", { class: "keys" },
      row.map((button, c) => this.key(message, button, r, c)))));
  }

  key(message, button, row, column) {
    const style = button.style ? `style-${button.style}` : "";
    const props = { class: `key ${style}`, test: "inline-button", dir: "auto", data: {} };
    if (button.url) {
      const anchor = link(button.url, [button.text, icon("link")], this.act);
      anchor.className = props.class;
      anchor.dataset.test = props.test;
      return anchor;
    }
    if (button.callback_data !== undefined) {
      props.data.callback = button.callback_data;
      props.onclick = () => this.act.press(message.id, row, column);
      return h("button", props, button.text);
    }
    if (button.web_app) return h("button", { ...props, onclick: () => this.act.open(message.id, row, column) }, button.text, icon("app"));
    if (button.copy_text) return h("button", { ...props, onclick: () => this.act.copy(button.copy_text.text) }, button.text, icon("copy"));
    return h("button", { ...props, disabled: true }, button.text);
  }
}

function size(bytes) {
  return bytes < 1024 ? `${bytes} B` : `${Math.ceil(bytes / 1024)} KB`;
}

function dayName(iso) {
  const day = new Date(iso);
  const isToday = day.toDateString() === new Date().toDateString();
  return isToday ? "Today" : day.toLocaleDateString([], { day: "numeric", month: "long" });
}
