// Under the bubbles: message field, menu of commands, attachments, reply keyboard.

import { h, icon } from "./dom.js";

export class Composer {
  constructor(world, act) {
    this.world = world;
    this.act = act;
    this.input = h("textarea", {
      rows: 1, test: "composer", placeholder: "Message", dir: "auto", maxlength: 4096, "aria-label": "Message",
      oninput: () => this.grow(),
      onkeydown: (event) => {
        if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
        event.preventDefault();
        this.send();
      },
      onpaste: (event) => {
        const pictures = [...event.clipboardData.files].filter((file) => file.type.startsWith("image/"));
        if (pictures.length) event.preventDefault();
        pictures.forEach((file) => this.act.photo(file));
      },
    });
    this.menu = h("button", { class: "menu-button", test: "menu-button", title: "Commands", onclick: () => this.toggleMenu() }, icon("menu"));
    this.keys = h("button", { class: "icon-button", title: "Bot keyboard", onclick: () => this.toggleKeyboard() }, icon("keyboard"));
    this.attach = h("button", { class: "icon-button", test: "attach", title: "Attach", onclick: () => this.toggleAttachments() }, icon("attach"));
    this.field = h("div", { class: "field" }, this.menu, this.input, this.keys, this.attach,
      h("button", { class: "send", test: "send", title: "Send", onclick: () => this.send() }, icon("send")));
    this.big = h("button", { class: "big" });
    this.suggestion = h("div", { class: "suggestion" });
    this.popup = h("div", { class: "popup", hidden: true });
    this.keyboard = h("div", { class: "reply-keyboard", hidden: true });
    this.element = h("footer", { class: "composer" }, this.popup, this.suggestion, this.field, this.big, this.keyboard);
  }

  reset() {
    this.input.value = "";
    this.suggestion.replaceChildren();
    this.popup.hidden = true;
    this.drawn = null;
    this.grow();
  }

  update(chat) {
    this.commands = chat.commands;
    this.menuButton = chat.menu_button;
    this.menu.hidden = !chat.commands.length && chat.menu_button.type !== "web_app";
    const isNew = chat.messages.every((message) => message.from_bot);  // operators are written to before
    const label = chat.blocked ? "Unblock" : "Start";
    this.field.hidden = chat.blocked || isNew;
    this.big.hidden = !this.field.hidden;
    this.big.textContent = label;
    this.big.dataset.test = chat.blocked ? "unblock" : "start";
    this.big.onclick = () => (chat.blocked ? this.act.unblock() : this.act.start());
    this.drawKeyboard(chat.blocked ? null : chat.reply_keyboard);
  }

  drawKeyboard(markup) {
    const drawn = JSON.stringify(markup);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    const rows = markup?.keyboard ?? [];
    this.keys.hidden = rows.length === 0;
    this.keyboard.hidden = rows.length === 0;
    this.keyboard.classList.toggle("tall", !markup?.resize_keyboard);
    this.input.placeholder = markup?.input_field_placeholder || "Message";
    this.keyboard.replaceChildren(...rows.map((row) => h("div", { class: "keys" }, row.map((button) => h("button", {
      class: `key ${button.style ? `style-${button.style}` : ""}`, test: "reply-button", dir: "auto",
      onclick: () => (button.web_app ? this.act.openUrl(button.web_app.url) : this.act.choose(button.text)),
    }, button.request_contact && icon("person"), button.text, button.web_app && icon("app"))))));
  }

  toggleKeyboard() {
    this.keyboard.hidden = !this.keyboard.hidden;
  }

  toggleMenu() {
    if (this.menuButton?.type === "web_app") { this.act.openUrl(this.menuButton.web_app.url); return; }
    this.showPopup("commands", this.commands.map(({ command, description }) => this.choice(
      { test: "command" }, [h("b", {}, `/${command}`), h("span", { dir: "auto" }, description)],
      () => this.act.say(`/${command}`))));
  }

  toggleAttachments() {
    const others = this.world.people.filter((p) => p.id !== this.world.person.id);
    this.showPopup("contacts", [
      this.file("attach-photo", "image/*", "Photo", "made smaller, as Telegram does", this.act.photo),
      this.file("attach-file", "", "File", "as it is", this.act.document),
      this.choice({ test: "share-contact" }, [h("b", {}, "My own number"), h("span", { dir: "ltr" }, this.world.person.phone)],
        () => this.act.contact()),
      ...others.map((p) => this.choice({ test: "share-other" }, [h("b", { dir: "auto" }, p.first_name), h("span", { dir: "ltr" }, p.phone)],
        () => this.act.contact({ phone: p.phone, first_name: p.first_name }))),
    ]);
  }

  /** A choice that opens the machine's own choice of files. */
  file(test, accept, name, note, work) {
    const input = h("input", { type: "file", test, accept, hidden: true, onchange: () => { this.popup.hidden = true; [...input.files].forEach(work); } });
    return h("label", { class: "choice" }, h("b", {}, name), h("span", {}, note), input);
  }

  choice(props, content, work) {
    return h("button", { ...props, class: "choice", onclick: () => { this.popup.hidden = true; work(); } }, content);
  }

  showPopup(name, content) {
    const isOpen = !this.popup.hidden && this.popup.dataset.name === name;
    this.popup.hidden = isOpen;
    this.popup.dataset.name = name;
    this.popup.replaceChildren(...content);
  }

  /** Offer a code from an SMS, as phones do above the keyboard. */
  offer(code, taken) {
    this.suggestion.replaceChildren(h("button", {
      class: "chip", test: "autofill", onclick: () => { this.suggestion.replaceChildren(); taken(); this.act.say(code); },
    }, icon("sms"), "From Messages: ", h("b", {}, code)));
  }

  type(text) {
    this.input.value = text;
    this.grow();
    this.input.focus();
  }

  send() {
    const text = this.input.value.trim();
    if (!text) return;
    this.input.value = "";
    this.popup.hidden = true;
    this.suggestion.replaceChildren();
    this.grow();
    this.act.say(text);
  }

  grow() {
    this.input.style.height = "auto";
    const height = Math.min(this.input.scrollHeight, 120);
    if (height) this.input.style.height = `${height}px`; // 0 while the field is hidden
  }
}
