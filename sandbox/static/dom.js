// Building elements.  Text always goes in as text nodes: foreign words are never markup.

const SVG = "http://www.w3.org/2000/svg";

/** An element.  `on*` are listeners, `test` is data-test, `class` and attributes as they are. */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "test") element.dataset.test = value;
    else if (name === "data") Object.assign(element.dataset, value);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false));
  return element;
}

/** A picture from icons.svg. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `/sandbox/static/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

export function time(iso) {
  return new Date(iso).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

export function initials(person) {
  const letters = [person.first_name, person.last_name].filter(Boolean).map((n) => [...n][0]);
  return letters.join("").toUpperCase();
}

/** One of six colours, the same for a person every time. */
export function hue(person) {
  return `hue-${Number(person.id) % 6}`;
}

export function fullName(person) {
  return [person.first_name, person.last_name].filter(Boolean).join(" ");
}

/** Keep what a person is typing and where the list stands while a pane is drawn again. */
export function replaceKeeping(pane, ...children) {
  const active = document.activeElement;
  const key = pane.contains(active) ? active.dataset.key : null;
  const caret = key && "selectionStart" in active ? active.selectionStart : null;
  const top = pane.scrollTop;
  pane.replaceChildren(...children.flat(Infinity).filter(Boolean));
  pane.scrollTop = top;
  const again = key && pane.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!again) return;
  again.focus();
  try { if (caret !== null) again.setSelectionRange(caret, caret); } catch { /* numbers have no caret */ }
}
