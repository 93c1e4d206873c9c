// The sandbox's page: people, one phone, and what is around it.
//
// data-test names (stable, for browser tests):
//   status
//   people    person-<id> unread add-person person-name person-phone person-language person-save
//   chat      chat message (data-message-id, data-from) inline-button reply-button composer send
//             start share-contact share-other menu-button command typing toast alert alert-close
//             attach attach-photo attach-file autofill unblock document photo mini-app mini-app-frame mini-app-close
//   sms       sms-list sms sms-banner sms-code reachable block
//   tabs      tab-chat tab-sms tab-shop tab-bills tab-terminal tab-provider tab-mail tab-desk tab-lab
//   shop      shop-item shop-amount shop-currency shop-description shop-phone shop-open shop-issue
//             shop-error order (data-reference) order-state order-page order-link order-show-qr order-qr
//             order-photograph order-refund order-refund-amount order-cancel order-refresh shop-event
//   plugins   plugin-api plugin-bill plugin-pull plugin-robokassa plugin-test plugin-hold plugin-order (data-number)
//             plugin-order-state plugin-order-pay plugin-order-capture plugin-order-cancel plugin-order-refund
//             plugin-order-refund-amount plugin-order-refresh plugin-word
//   bills     bill (data-bill) bill-photograph
//   terminal  terminal-screen terminal-number terminal-check terminal-note-<n> terminal-pay
//             terminal-repeat terminal-reset receipt
//   provider  provider-mood provider-command provider-service provider-count provider-code provider-order
//             provider-orders provider-clear provider-flaw provider-file-<service> provider-credit provider-request
//   mail      mail-list letter (data-id)
//   desk      desk-refresh desk-totals desk-account desk-transaction desk-head desk-faults desk-error
//             desk-more
//   lab       fault-method fault-code fault-count fault-after fault-order fault-clear sms-fail shop-fail calls
//             clock clock-hour clock-day clock-month

import { h, icon } from "./dom.js";
import { Bills } from "./bills.js";
import { Desk } from "./desk.js";
import { Lab } from "./lab.js";
import { Mail } from "./mail.js";
import { People } from "./people.js";
import { Phone } from "./phone.js";
import { Provider } from "./provider.js";
import { Shop } from "./shop.js";
import { Sms } from "./sms.js";
import { Terminal } from "./terminal.js";
import { calm, listen, post } from "./wire.js";

const TABS = [
  ["chat", "Chat"], ["sms", "SMS"], ["shop", "Shop"], ["bills", "Bills"], ["terminal", "Terminal"],
  ["provider", "Providers"], ["mail", "Mail"], ["desk", "Operator"], ["lab", "Lab"],
];
const pane = (name) => document.getElementById(`pane-${name}`);

/** What parts of the page ask of each other. */
const world = {
  bot: { username: "" },
  person: null,
  /** Open t.me links to the bot in the chat of the selected person; true when it was one. */
  follow(url) {
    const address = new URL(url, location.href);
    const isBot = ["t.me", "telegram.me"].includes(address.hostname)
      && address.pathname.slice(1).toLowerCase() === world.bot.username.toLowerCase();
    if (!isBot || !world.person) return false;
    show("chat");
    const payload = address.searchParams.get("start") ?? "";
    post(`people/${world.person.id}/start`, { payload }).catch(world.complain);
    return true;
  },
  /** Take a photo of the picture at *url* with the selected person's phone. */
  async photograph(url) {
    show("chat");
    const taken = await fetch(url).then((answer) => answer.blob());
    await phone.send("photo", taken);
  },
  say(text) { post(`people/${world.person.id}/say`, { text }).catch(world.complain); },
  async copy(text) {
    try { await navigator.clipboard.writeText(text); } catch { /* not allowed: show it anyway */ }
    phone.toast(`Copied: ${text}`);
  },
  complain(error) { phone.toast(error.message); },
  typeIntoChat(text) { show("chat"); phone.type(text); },
  select(person) {
    world.person = person;
    sms.select(person);
    phone.select(person);
    shop.draw();
    terminal.draw();
  },
  refresh: () => sms.draw(),
  show: (name) => show(name),
};

const phone = new Phone(pane("chat"), world);
const sms = new Sms(pane("sms"), world, (message) => phone.notify(message));
const shop = new Shop(pane("shop"), world);
const bills = new Bills(pane("bills"), world);
const terminal = new Terminal(pane("terminal"), world);
const provider = new Provider(pane("provider"));
const mail = new Mail(pane("mail"), world);
const desk = new Desk(pane("desk"));
const lab = new Lab(pane("lab"), world);
const people = new People(document.getElementById("people"), world);

function show(name) {
  document.body.dataset.tab = name;
  if (!["chat", "sms"].includes(name)) document.body.dataset.outside = name;
  for (const tab of document.querySelectorAll(".tab")) {
    tab.setAttribute("aria-selected", String(tab.dataset.name === name));
    tab.classList.toggle("outside-on", tab.dataset.name === document.body.dataset.outside);
  }
  if (name === "bills") bills.load();
  if (name === "mail") mail.load();
  if (name === "desk") desk.load();
  if (name === "lab") lab.load();
  if (name === "provider") provider.load();
  if (name === "chat") phone.settle();
}

function drawTabs() {
  const tabs = TABS.map(([name, label]) => h("button", {
    class: "tab", role: "tab", test: `tab-${name}`, data: { name }, onclick: () => show(name),
  }, icon(name), h("span", {}, label)));
  document.getElementById("tabs").append(...tabs);
}

function isShown(name) {
  return document.body.dataset.outside === name;
}

function changed(topics) {
  const names = Object.keys(topics);
  const touches = (prefix) => names.some((name) => name === prefix || name.startsWith(`${prefix}:`));
  const own = world.person?.id;
  if (touches("people") || touches("chat") || touches("sms")) people.load();
  if (names.includes(`chat:${own}`)) phone.load();
  if (names.includes(`sms:${own}`)) sms.load();
  if (touches("shop")) shop.load();
  if (touches("plugins")) shop.plugins.load();
  if (touches("terminal")) terminal.load();
  if (isShown("provider") && touches("provider")) provider.load();
  if (isShown("mail") && touches("mail")) mail.load();
  if (isShown("lab") && touches("calls")) lab.load();
  if (isShown("desk") && names.length) desk.soon();
}

const loadAll = calm(async () => {
  await people.load();
  await Promise.all([phone.load(), sms.load(), shop.load(), terminal.load()]);
});

drawTabs();
document.body.dataset.outside = "shop";
show("chat");
await loadAll();
listen(changed, (isUp) => {
  const status = document.getElementById("status");
  status.textContent = isUp ? "live" : "connecting…";
  status.classList.toggle("up", isUp);
  if (isUp) loadAll();
});
