// Zoom, search, paths and walks in a drawn bracket. The page is whole without this, and everything
// here lives outside of what is replaced when something changes.
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const one = (selector, root = document) => root.querySelector(selector);
const host = one("#live").parentElement;
const still = matchMedia("(prefers-reduced-motion: reduce)");
const SCALES = [0.25, 3];
const STEP = 1.25;
const THEMES = [["", "Colours"], ["light", "Light"], ["dark", "Dark"], ["contrast", "High contrast"], ["colour-blind", "Colour-blind safe"]];

let scale = 1, chosen = "", focus;

const cardId = (card) => `${card.dataset.stage}.${card.dataset.match}`;
const cards = () => all("svg [data-match], .bout[data-match]", host);
const plays = (card, entrant) => card.dataset.sides.split(" ").includes(entrant);
const people = () => all("tr[data-entrant]", host);
const nameOf = (row) => one("th bdi", row).textContent;
const visible = (node) => node.getClientRects().length > 0;

// Zoom ------------------------------------------------------------------------------------------

function size() {
  for (const picture of all(".bracket-scroll > svg", host)) {
    const { width, height } = picture.viewBox.baseVal;
    picture.style.width = scale === 1 ? "" : `${width * scale}px`;
    picture.style.height = scale === 1 ? "" : `${height * scale}px`;
  }
  one("[data-scale]", tools).textContent = `${Math.round(scale * 100)} %`;
}

// Keeps what is under a point of the frame where it is.
function zoom(to, frame, x, y) {
  const before = scale;
  scale = Math.min(SCALES[1], Math.max(SCALES[0], to));
  if (scale === before) return;
  const box = frame?.getBoundingClientRect();
  const inside = box && { x: x - box.left + frame.scrollLeft, y: y - box.top };
  size();
  if (!box) return;
  const grown = scale / before;
  frame.scrollLeft += inside.x * (grown - 1);
  window.scrollBy(0, inside.y * (grown - 1));
}

function middle(frame) {
  const box = frame.getBoundingClientRect();
  const top = Math.max(0, box.top), bottom = Math.min(innerHeight, box.bottom);
  return [box.left + box.width / 2, (top + bottom) / 2];
}

const frames = () => all(".bracket-scroll", host).filter(visible);
const zoomBy = (factor) => {
  const frame = frames()[0];
  if (frame) zoom(scale * factor, frame, ...middle(frame));
};

function fit() {
  const frame = frames()[0], picture = frame && one("svg", frame);
  if (!picture) return;
  const { paddingLeft, paddingRight } = getComputedStyle(frame);
  const room = frame.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
  zoom(Math.min(1, room / picture.viewBox.baseVal.width), frame, ...middle(frame));
}

host.addEventListener("wheel", (event) => {
  const frame = event.target.closest(".bracket-scroll");
  if (!frame || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  zoom(scale * Math.exp(-event.deltaY / 400), frame, event.clientX, event.clientY);
}, { passive: false });

// Two fingers zoom; a pressed mouse drags.
const touches = new Map();
let dragged = false;

host.addEventListener("pointerdown", (event) => {
  const frame = event.target.closest(".bracket-scroll");
  if (!frame || event.button) return;
  dragged = false;
  touches.set(event.pointerId, { x: event.clientX, y: event.clientY, frame });
});

window.addEventListener("pointermove", (event) => {
  const from = touches.get(event.pointerId);
  if (!from) return;
  const now = { x: event.clientX, y: event.clientY, frame: from.frame };
  if (touches.size === 2) {
    const other = [...touches].find(([id]) => id !== event.pointerId)[1];
    const apart = (point) => Math.hypot(point.x - other.x, point.y - other.y) || 1;
    zoom((scale * apart(now)) / apart(from), from.frame, (now.x + other.x) / 2, (now.y + other.y) / 2);
  } else if (event.pointerType === "mouse") {
    if (!dragged && Math.hypot(now.x - from.x, now.y - from.y) < 5) return;
    dragged = true;
    from.frame.classList.add("dragging");
    from.frame.scrollLeft -= now.x - from.x;
    window.scrollBy(0, from.y - now.y);
  }
  touches.set(event.pointerId, now);
});

for (const end of ["pointerup", "pointercancel"]) {
  window.addEventListener(end, (event) => {
    touches.get(event.pointerId)?.frame.classList.remove("dragging");
    touches.delete(event.pointerId);
  });
}

// Paths -----------------------------------------------------------------------------------------

// Played and coming matches of somebody, and those that can follow from them.
function pathOf(entrant, stage) {
  const by = new Map(all(`[data-match][data-stage="${stage}"]`, host).map((card) => [card.dataset.match, card]));
  const on = new Set(), may = new Set();
  for (const [key, card] of by) if (plays(card, entrant)) on.add(key);
  const ahead = [...on].filter((key) => !/(b|bout)-complete/.test(by.get(key).getAttribute("class")));
  for (const key of ahead) {
    for (const next of [by.get(key)?.dataset.winnerTo, by.get(key)?.dataset.loserTo]) {
      if (next && !on.has(next) && !may.has(next)) {
        may.add(next);
        ahead.push(next);
      }
    }
  }
  return { on, may };
}

function paint() {
  for (const section of all(".stage", host)) {
    const { on, may } = chosen ? pathOf(chosen, section.dataset.stage) : { on: new Set(), may: new Set() };
    one("svg.bracket", section)?.classList.toggle("has-path", on.size > 0);
    for (const card of all("[data-match]", section)) {
      card.classList.toggle("on-path", on.has(card.dataset.match));
      card.classList.toggle("may-path", may.has(card.dataset.match));
    }
    for (const line of all("[data-from]", section)) {
      const [from, to] = [line.dataset.from, line.dataset.to];
      const reached = on.has(from) || may.has(from);
      line.classList.toggle("on-path", on.has(from) && on.has(to));
      line.classList.toggle("may-path", reached && may.has(to));
    }
  }
  for (const row of people()) row.classList.toggle("chosen", row.dataset.entrant === chosen);
}

function say() {
  const row = people().findLast((row) => row.dataset.entrant === chosen);
  if (!row) return (one("output", tools).textContent = "");
  const { rank, guaranteed } = row.dataset;
  const sure = guaranteed ? `guaranteed at least ${ordinal(guaranteed)}` : rank ? `${ordinal(rank)}` : "";
  one("output", tools).textContent = [nameOf(row), sure].filter(Boolean).join(": ");
}

function ordinal(place) {
  const kind = new Intl.PluralRules("en", { type: "ordinal" }).select(+place);
  return place + { one: "st", two: "nd", few: "rd", other: "th" }[kind];
}

function choose(entrant, fly) {
  chosen = entrant;
  paint();
  say();
  one("[data-clear]", tools).hidden = !entrant;
  if (!fly || !entrant) return;
  const own = cards().filter((card) => visible(card) && plays(card, entrant));
  const next = own.find((card) => !/-complete/.test(card.getAttribute("class"))) ?? own.at(-1);
  if (next) flyTo(next);
  else people().find((row) => row.dataset.entrant === entrant)?.scrollIntoView({ block: "center" });
}

function flyTo(card) {
  for (const other of all(".found", host)) other.classList.remove("found");
  card.classList.add("found");
  card.scrollIntoView({ behavior: still.matches ? "instant" : "smooth", block: "center", inline: "center" });
}

// Walks -----------------------------------------------------------------------------------------

const pictured = () => all("svg [data-match]", host);

// One card can be reached by Tab; arrows go on from it.
function roving() {
  const list = pictured();
  const current = list.find((card) => cardId(card) === focus) ?? list.find((card) => !/-complete/.test(card.getAttribute("class"))) ?? list[0];
  for (const card of list) card.setAttribute("tabindex", card === current ? "0" : "-1");
  return current;
}

function neighbour(card, key) {
  const same = pictured().filter((other) => other.dataset.stage === card.dataset.stage);
  const find = (match) => same.find((other) => other.dataset.match === match);
  if (key === "ArrowRight") return find(card.dataset.winnerTo) ?? find(card.dataset.loserTo);
  if (key === "ArrowLeft") {
    const feeders = same.filter((other) => other.dataset.winnerTo === card.dataset.match);
    return feeders.find((other) => chosen && plays(other, chosen)) ?? feeders[0] ?? same.find((other) => other.dataset.loserTo === card.dataset.match);
  }
  const column = all("[data-match]", card.parentElement);
  return column[column.indexOf(card) + (key === "ArrowDown" ? 1 : -1)];
}

host.addEventListener("keydown", (event) => {
  const card = event.target.closest("svg [data-match]");
  const frame = event.target.closest(".bracket-scroll");
  if (!frame || event.altKey || event.ctrlKey || event.metaKey) return;
  const zooms = { "+": STEP, "=": STEP, "-": 1 / STEP };
  if (zooms[event.key]) zoomBy(zooms[event.key]);
  else if (event.key === "0") zoom(1, frame, ...middle(frame));
  else if (card && event.key.startsWith("Arrow")) {
    const next = neighbour(card, event.key);
    if (next) {
      focus = cardId(next);
      roving();
      next.focus({ preventScroll: true });
      next.scrollIntoView({ behavior: still.matches ? "instant" : "smooth", block: "nearest", inline: "nearest" });
    }
  } else if (card && event.key === "Enter") {
    const sides = card.dataset.sides.split(" ").filter((side) => side !== "0");
    choose(sides[(sides.indexOf(chosen) + 1) % (sides.length || 1)] ?? "");
  } else if (event.key === "Escape" && chosen) choose("");
  else return;
  event.preventDefault();
});

host.addEventListener("focusin", (event) => {
  const card = event.target.closest("svg [data-match]");
  if (card) focus = cardId(card);
});

// A click on a side shows the way of whoever it is.
host.addEventListener("click", (event) => {
  const card = event.target.closest("[data-match]");
  if (!card || dragged) return;
  const sides = card.dataset.sides.split(" ");
  const { top, height } = (one(".b-card", card) ?? card).getBoundingClientRect();
  const entrant = sides[Math.floor(((event.clientY - top) / height) * sides.length)];
  choose(!entrant || entrant === "0" || entrant === chosen ? "" : entrant);
});

// Tools -----------------------------------------------------------------------------------------

function make(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

const button = (label, text, onclick) => {
  const node = make("button", { type: "button", onclick, textContent: text });
  node.ariaLabel = label;
  return node;
};

const names = make("datalist", { id: "bracket-names" });
const search = make("input", { type: "search", placeholder: "Find a player", autocomplete: "off" });
search.ariaLabel = "Find a player";
search.setAttribute("list", "bracket-names");
search.addEventListener("focus", () => names.replaceChildren(...people().map((row) => make("option", { value: nameOf(row) }))));
const form = make("form", {}, search, names);
form.setAttribute("role", "search");
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = search.value.trim().toLowerCase();
  const rows = people();
  const row = text && (rows.find((row) => nameOf(row).toLowerCase() === text) ?? rows.find((row) => nameOf(row).toLowerCase().includes(text)));
  if (row) choose(row.dataset.entrant, true);
  else {
    choose("");
    if (text) one("output", tools).textContent = "Nobody of that name";
  }
});
search.addEventListener("change", () => form.requestSubmit());

const theme = make("select", {}, ...THEMES.map(([value, label]) => make("option", { value, textContent: label })));
theme.ariaLabel = "Colours of the bracket";
theme.addEventListener("change", () => {
  dress(theme.value);
  try {
    localStorage.setItem("bracket-theme", theme.value);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
});

function dress(name) {
  if (name) host.dataset.theme = name;
  else delete host.dataset.theme;
}

const clear = button("Show nobody's path", "×", () => choose(""));
clear.dataset.clear = "";
clear.hidden = true;
const shown = make("span", {});
shown.dataset.scale = "";
const zooms = make("span", { className: "tools-zoom" }, button("Smaller", "−", () => zoomBy(1 / STEP)), shown, button("Larger", "+", () => zoomBy(STEP)), button("Whole width", "Fit", fit));
const tools = make("div", { className: "tools" }, form, make("output", {}), clear, zooms, theme);
tools.setAttribute("role", "group");
tools.ariaLabel = "Bracket";

try {
  theme.value = localStorage.getItem("bracket-theme") ?? "";
} catch {
  // As it comes.
}
dress(theme.value);

// What was replaced because something changed gets everything back before it is seen.
function restore(records) {
  const within = document.activeElement?.closest(".bracket-scroll");
  size();
  paint();
  say();
  const current = roving();
  zooms.hidden = !frames().length;
  if (records && within && current && cardId(current) === focus) current.focus({ preventScroll: true });
}

if (cards().length || people().length) {
  host.after(tools);
  document.body.classList.add("has-tools");
  restore();
  new MutationObserver(restore).observe(host, { childList: true });
  window.addEventListener("resize", () => (zooms.hidden = !frames().length));
}
