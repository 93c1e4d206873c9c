// The rail of people, and the form for a new one.

import { fullName, h, hue, icon, initials } from "./dom.js";
import { calm, get, post } from "./wire.js";

const LANGUAGES = [
  ["en", "English"], ["ru", "Русский"], ["hi", "हिन्दी"], ["gu", "ગુજરાતી"], ["tr", "Türkçe"],
  ["ar", "العربية"],
];

export class People {
  constructor(rail, world) {
    this.rail = rail;
    this.world = world;
    this.smsSeen = new Map();
    this.load = calm(() => this.read());
    this.dialog = this.form();
    document.body.append(this.dialog);
  }

  async read() {
    const { bot, people } = await get("people");
    this.world.bot = bot;
    this.world.people = people;
    const selected = people.find((p) => p.id === this.world.person?.id) ?? people[0];
    const isNew = selected.id !== this.world.person?.id;
    const was = this.world.person;
    this.world.person = selected;
    if (isNew) this.world.select(selected);
    else if (was.reachable !== selected.reachable || was.blocked !== selected.blocked) this.world.refresh();
    for (const person of people) {
      if (!this.smsSeen.has(person.id) || person.id === selected.id) this.smsSeen.set(person.id, person.sms);
    }
    this.draw();
  }

  draw() {
    const faces = this.world.people.map((person) => this.face(person));
    const add = h("button", {
      class: "face add", test: "add-person", title: "Add a person", onclick: () => this.dialog.showModal(),
    }, h("span", { class: "avatar" }, icon("plus")), h("span", { class: "name" }, "Add"));
    this.rail.replaceChildren(...faces, add);
  }

  face(person) {
    const isSelected = person.id === this.world.person.id;
    const news = isSelected ? 0 : person.unread + person.sms - this.smsSeen.get(person.id);
    const classes = ["face", isSelected && "selected", !person.reachable && "off"].filter(Boolean);
    return h("button", {
      class: classes.join(" "), test: `person-${person.id}`, "aria-pressed": String(isSelected),
      title: `${fullName(person)} ${person.phone}`, onclick: () => this.select(person),
    },
    h("span", { class: `avatar ${hue(person)}` }, initials(person),
      news > 0 && h("span", { class: "badge", test: "unread" }, String(news))),
    h("span", { class: "name", dir: "auto" }, person.first_name),
    h("span", { class: "language" }, person.language_code));
  }

  select(person) {
    this.smsSeen.set(person.id, person.sms);
    this.world.select(person);
    this.draw();
  }

  form() {
    const field = (name, props) => h("label", {}, h("span", {}, name), h("input", { required: true, ...props }));
    const fault = h("p", { class: "fault", role: "alert" });
    const form = h("form", { method: "dialog" },
      h("h2", {}, "A new person"),
      field("First name", { name: "first_name", test: "person-name", maxlength: 64 }),
      field("Phone, with country code", { name: "phone", test: "person-phone", placeholder: "+79031234567", inputmode: "tel" }),
      h("label", {}, h("span", {}, "Language of their Telegram"),
        h("select", { name: "language_code", test: "person-language" },
          LANGUAGES.map(([code, label]) => h("option", { value: code }, label)))),
      fault,
      h("div", { class: "row end" },
        h("button", { type: "button", class: "quiet", onclick: () => this.dialog.close() }, "Cancel"),
        h("button", { class: "primary", test: "person-save" }, "Add")));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      try {
        const person = await post("people", Object.fromEntries(new FormData(form)));
        form.reset();
        fault.textContent = "";
        this.dialog.close();
        this.world.person = person;
        await this.read();
        this.select(person);
      } catch (error) { fault.textContent = error.message; }
    });
    return h("dialog", { class: "sheet" }, form);
  }
}
