// The tools of a page with a bracket: find, and zoom. The page is whole without them, and they
// stand outside of what is renewed.
const host = one("#live").parentElement;
const rows = () => all("tr[data-entrant]", host);
const nameIn = (row) => one("th bdi", row).textContent;

/** A page scrolls up and down as a whole, its pictures only from side to side. */
class Page extends Viewport {
  scroll(frame, x, y) {
    super.scroll(frame, x, 0);
    window.scrollBy({ top: y, behavior: "instant" });
  }

  renewed() {
    super.renewed();
    known = undefined;
    if (this.chosen) this.onpath();
  }
}

// Names by entrant: everybody in the standings and in the lists of matches.
let known;
const met = new Map();
function names() {
  if (known) return known;
  known = new Map([...met, ...rows().map((row) => [row.dataset.entrant, nameIn(row)])]);
  for (const card of all(".bout[data-sides]", host)) {
    const sides = sidesOf(card);
    all(".bout-name", card).forEach((name, index) => {
      if (sides[index] !== "0" && !known.has(sides[index])) known.set(sides[index], name.textContent);
    });
  }
  return known;
}

function ordinal(place) {
  const kind = new Intl.PluralRules("en", { type: "ordinal" }).select(+place);
  return place + { one: "st", two: "nd", few: "rd", other: "th" }[kind];
}

function say() {
  const { chosen } = view;
  clear.hidden = !chosen;
  list(chosen);
  if (!chosen) return void (told.textContent = "");
  const row = rows().findLast((row) => row.dataset.entrant === chosen);
  const { rank, guaranteed } = row?.dataset ?? {};
  const sure = guaranteed ? `guaranteed at least ${ordinal(guaranteed)}` : rank ? ordinal(rank) : "";
  told.textContent = [names().get(chosen), sure].filter(Boolean).join(": ");
}

// A page with more of somebody than this one has.
async function ask(path, query) {
  const answer = await fetch(`${path}?${new URLSearchParams(query)}`).catch(() => undefined);
  return answer?.ok && one("#road", new DOMParser().parseFromString(await answer.text(), "text/html"));
}

// Lists somebody's matches beside the search, as they are now.
async function list(entrant) {
  if (!entrant) return road.replaceChildren();
  const part = await ask(host.dataset.fragmentUrl.split("?")[0], { player: entrant });
  const steps = part && one(".bouts", part);
  if (entrant === view.chosen && steps) road.replaceChildren(steps);
}

// Shows somebody's path, and goes to their next match, or to their last. Whether they are on this page.
function find(entrant) {
  view.choose(entrant);
  const own = all(`[data-match][data-sides~="${entrant}"]`, host).filter(visible);
  const next = own.find((card) => !isOver(card)) ?? own.at(-1);
  const row = one(`tr[data-entrant="${entrant}"]`, host);
  if (next) view.fly(next);
  else row?.scrollIntoView({ block: "center" });
  return Boolean(next ?? row);
}

async function seek(text) {
  const wanted = text.trim().toLowerCase();
  const list = [...names()].map(([entrant, name]) => [entrant, name.toLowerCase()]);
  const [entrant] = list.find(([, name]) => name === wanted) ?? list.find(([, name]) => name.includes(wanted)) ?? [];
  if (wanted && entrant) return void find(entrant);
  view.choose("");
  if (!wanted) return;
  // Of a large tournament the page does not hold everybody.
  const there = one("form[data-find]", host) && (await ask(location.pathname, { find: text }));
  if (search.value !== text) return;
  const { entrant: other } = there?.dataset ?? {};
  if (other) {
    met.set(other, one("h2 bdi", there).textContent);
    known = undefined;
    find(other);
  } else told.textContent = "Nobody of that name";
}

function make(tag, { role, label, list, ...properties }, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  for (const [name, value] of Object.entries({ role, "aria-label": label, list })) if (value) node.setAttribute(name, value);
  node.append(...children);
  return node;
}
const button = (label, textContent, onclick) => make("button", { type: "button", label, textContent, onclick });

const listed = make("datalist", { id: "bracket-names" });
const search = make("input", { type: "search", placeholder: "Find a player", label: "Find a player", autocomplete: "off", list: "bracket-names" });
search.addEventListener("focus", () => listed.replaceChildren(...[...names().values()].map((value) => make("option", { value }))));
search.addEventListener("change", () => form.requestSubmit());
const form = make("form", { role: "search", label: "Players" }, search, listed);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  seek(search.value);
});

const told = make("output", {});
const clear = button("Show nobody's path", "×", () => view.choose(""));
const shown = make("span", {});
const zooms = make(
  "span",
  { className: "tools-zoom" },
  button("Smaller", "−", () => view.zoomTo(view.scale / STEP)),
  shown,
  button("Larger", "+", () => view.zoomTo(view.scale * STEP)),
  button("Whole width", "Fit", () => view.fit()),
);
const path = make("span", { className: "tools-path" }, told, clear);
const road = make("div", { className: "tools-road road", role: "region", label: "Their matches", tabIndex: 0 });
const tools = make("div", { className: "tools", role: "group", label: "Bracket" }, road, form, path, zooms);

const view = new Page(host, 0.25, 3);
const measure = () => {
  zooms.hidden = !view.frames.length;
  const text = `${Math.round(view.scale * 100)} %`;
  if (shown.textContent !== text) shown.textContent = text;
};
view.onpath = say;
view.onzoom = measure;
view.renewed();

// Who is linked stands on this page, as a rule: then there is no need to load another.
host.addEventListener("click", (event) => {
  const { entrant } = event.target.closest("a[data-player]")?.closest("[data-entrant]")?.dataset ?? {};
  if (entrant && !(event.ctrlKey || event.metaKey || event.shiftKey) && find(entrant)) event.preventDefault();
});

// Opens each picture, and the rounds of a phone, on what is played now: once, and only where the reader has
// not been elsewhere by then.
function present() {
  const now = (root, kind) => one(`.${kind}-underway`, root) ?? one(`.${kind}-open`, root);
  for (const frame of view.frames) {
    const svg = one("svg", frame);
    const state = now(svg, "b")?.classList.contains("b-underway") ? "underway" : "open";
    const lefts = all(`.b-${state}`, svg).map((card) => parseFloat(card.getAttribute("transform").slice(10)));
    if (!lefts.length || frame.scrollLeft) continue;
    const { left, width } = svg.getBoundingClientRect();
    const from = left - frame.getBoundingClientRect().left + Math.min(...lefts) * (width / boxOf(svg)[2]);
    // What led there is seen, too.
    frame.scrollLeft = from - 0.3 * frame.clientWidth;
  }
  for (const rounds of all(".snap", host).filter(visible)) {
    const bout = now(rounds, "bout");
    if (!bout || rounds.scrollLeft) continue;
    rounds.scrollLeft = bout.closest(".snap-round").offsetLeft - rounds.offsetLeft - 16;
    const column = bout.closest(".bouts");
    column.scrollTop = bout.getBoundingClientRect().top - column.getBoundingClientRect().top;
  }
}

// There is something to look at from the start on, or as soon as somebody is there.
function equip() {
  if (tools.isConnected || !one("[data-match], tr[data-entrant]", host)) return;
  host.after(tools);
  document.body.classList.add("has-tools");
  measure();
}
equip();
host.addEventListener("fresh", equip);
present();
addEventListener("resize", measure);
