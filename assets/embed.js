// The Bracket JSAPI 1.0: what the page around an embedded bracket may ask for, and what it is told.
// Only the page around is heard (`event.source === parent`), and only it is answered, under its origin.

const VERSION = "1.0";
const LONGEST_ANIMATION = 5000;
const LONGEST_TEXT = 80;
const MOST_MATCHES = 512;
const THEMES = ["auto", "light", "dark", "contrast", "colour-blind"];
// Addresses have them in_this_way.
const SETTINGS = {
  multiplier: "number",
  matchWidthMultiplier: "number",
  showFinalResults: "boolean",
  showStandings: "boolean",
  scaleToFit: "boolean",
  showTournamentName: "boolean",
  showVoting: "boolean",
  showLiveStatus: "boolean",
  tab: "string",
  openMatches: "boolean",
};

/** What a page around may do to the pictures: each step can take a while. */
class Frame extends Viewport {
  /** The rounds that are shown; all where none is named. */
  shown = [];

  get matches() {
    return all(CARD, this.host);
  }

  get natural() {
    const fit = document.body.classList.contains("embed-fit");
    return this.scale === 1 && (fit || !this.shown?.length);
  }

  renewed() {
    this.filter(this.shown ?? []);
    super.renewed();
  }

  /** Pixels of the screen for one unit of a picture. */
  #factor(svg) {
    return svg.getBoundingClientRect().width / boxOf(svg)[2];
  }

  /** What is seen: how large, and which part of the first picture, in its own units. */
  state() {
    const zoomScale = Math.round(this.scale * 1000) / 1000;
    const [frame] = this.frames;
    if (!frame) return { zoomScale, x: 0, y: 0, width: 0, height: 0 };
    const factor = this.#factor(one("svg", frame));
    const whole = (value) => Math.round((value / factor) * 10) / 10;
    const [x, y] = [frame.scrollLeft, frame.scrollTop].map(whole);
    const [width, height] = [frame.clientWidth, frame.clientHeight].map(whole);
    return { zoomScale, x, y, width, height };
  }

  rounds() {
    const numbers = this.matches.map((node) => Number(node.dataset.round));
    return [...new Set(numbers)].filter(Number.isInteger).sort((a, b) => a - b);
  }

  async zoom(scale, duration) {
    const from = this.scale;
    await this.#animate(duration, (t) => this.zoomTo(from + (scale - from) * t));
  }

  /** Brings a point of the first picture to the upper left corner. */
  async scrollTo(x, y, duration) {
    const [frame] = this.frames;
    if (!frame) return;
    const factor = this.#factor(one("svg", frame));
    const [left, top] = [frame.scrollLeft, frame.scrollTop];
    const to = (from, units, t) => from + (units * factor - from) * t;
    await this.#animate(duration, (t) => frame.scrollTo({ left: to(left, x, t), top: to(top, y, t), behavior: "instant" }));
  }

  /** Brings a point of a picture to the middle, at a scale. */
  async centre(x, y, scale, duration, frame = this.frames[0]) {
    if (!frame) return;
    const svg = one("svg", frame);
    const [from, left, top] = [this.scale, frame.scrollLeft, frame.scrollTop];
    await this.#animate(duration, (t) => {
      this.scale = from + ((scale ?? from) - from) * t;
      this.size();
      const factor = this.#factor(svg);
      const [toLeft, toTop] = [x * factor - frame.clientWidth / 2, y * factor - frame.clientHeight / 2];
      frame.scrollTo({ left: left + (toLeft - left) * t, top: top + (toTop - top) * t, behavior: "instant" });
    });
  }

  /** Flies to a match, and marks it. */
  async show(card, scale, duration) {
    const frame = card.closest(".bracket-scroll");
    const [left, top] = boxOf(card.ownerSVGElement);
    const [x, y, right, bottom] = this.#edges(card);
    frame.scrollIntoView({ block: "nearest", behavior: "instant" });
    await this.centre((x + right) / 2 - left, (y + bottom) / 2 - top, scale, duration, frame);
    for (const old of all(".found", this.host)) old.classList.remove("found");
    card.classList.add("found");
  }

  /** Shows only these rounds, and cuts the pictures to them. */
  filter(rounds) {
    this.shown = rounds;
    for (const svg of this.pictures) {
      svg.dataset.box ??= svg.getAttribute("viewBox");
      const cards = all(".b-match", svg).filter((card) => {
        const on = !rounds.length || rounds.includes(Number(card.dataset.round));
        card.classList.toggle("b-off", !on);
        return on;
      });
      const every = !rounds.length || !cards.length;
      for (const node of all(".b-links, .b-head, .b-note", svg)) node.classList.toggle("b-off", !every);
      svg.setAttribute("viewBox", every ? svg.dataset.box : this.#around(cards));
    }
    this.size();
  }

  #edges(card) {
    const { e, f } = card.transform.baseVal.consolidate()?.matrix ?? { e: 0, f: 0 };
    const { width, height } = one(".b-card", card);
    return [e, f, e + width.baseVal.value, f + height.baseVal.value];
  }

  #around(cards) {
    const edge = 24;
    const boxes = cards.map((card) => this.#edges(card));
    const [left, top] = [0, 1].map((side) => Math.min(...boxes.map((box) => box[side])) - edge);
    const [right, bottom] = [2, 3].map((side) => Math.max(...boxes.map((box) => box[side])) + edge);
    return `${left} ${top} ${right - left} ${bottom - top}`;
  }

  #animate(duration, step) {
    if (!duration || calm.matches || document.hidden) return step(1);
    const start = performance.now();
    return new Promise((done) => {
      const frame = (now) => {
        const t = clamp((now - start) / duration, 0, 1);
        step(1 - (1 - t) ** 3);
        if (t < 1) requestAnimationFrame(frame);
        else done();
      };
      requestAnimationFrame(frame);
    });
  }
}

const host = one("[data-embed]");
const framed = window.parent !== window;
const live = () => one("#live");

class Refused extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

const isObject = (it) => typeof it === "object" && it !== null && !Array.isArray(it);
const wrong = (message) => new Refused("invalid_parameter", message);

// Where answers go: the origin of whoever embeds us, once it is known. Whoever has none of its own (a
// sandboxed frame, a file) is not answered: nobody else could be kept from hearing it.
let target = null;
const reach = (origin) => (origin === "null" ? null : origin);
if (framed && document.referrer) target = reach(new URL(document.referrer).origin);

function send(event, data, id, to = target) {
  if (!framed || !to) return;
  const message = { version: VERSION, event, data };
  if (id !== undefined) message.id = id;
  window.parent.postMessage(message, to);
}

let bracket;
let extras = new Map();
// Whether a click opens the match; else the page around says what comes of it.
let opens = true;

// What a match is called: its letters, or `2-C` where other stages have such letters, too.
const nameOf = (name) => String(name).toUpperCase();
const namesOf = ({ dataset }) => [`${Number(dataset.stage) + 1}-${dataset.identifier}`, dataset.identifier].map(nameOf);

function extraOf(node) {
  const [whole, letters] = namesOf(node);
  return extras.get(whole) ?? extras.get(letters);
}

function matchOf(node) {
  const text = (selector, root) => {
    const found = one(selector, root);
    return (found && one("title", found))?.textContent ?? found?.textContent ?? null;
  };
  const players = all(".b-side", node).map((side) => ({
    name: side.classList.contains("b-hint") ? null : text(".b-name", side),
    score: text(".b-score", side),
    winner: side.classList.contains("b-won"),
  }));
  const state = ["pending", "open", "underway", "complete"].find((it) => node.classList.contains(`b-${it}`));
  const match = { identifier: node.dataset.identifier, stage: Number(node.dataset.stage) + 1, state, players };
  if (node.dataset.round !== undefined) match.round = Number(node.dataset.round);
  const extra = extraOf(node);
  if (extra) match.integration = extra;
  const href = node.getAttribute("href");
  if (href) match.url = new URL(href, location.href).href;
  return { ...match, label: node.getAttribute("aria-label") };
}

const matches = () => bracket.matches.map(matchOf);

function view() {
  return {
    ...bracket.state(),
    theme: document.documentElement.dataset.theme ?? "auto",
    rounds: bracket.shown,
  };
}

function tournament() {
  return { slug: host.dataset.slug, name: host.dataset.name, state: live().dataset.state };
}

// What is there now, to tell later what has changed.
let known = new Map();
let state = "";
const keyOf = (node) => `${node.dataset.stage}.${node.dataset.identifier}`;
function remember() {
  known = new Map(bracket.matches.map((node) => [keyOf(node), [node.getAttribute("aria-label"), matchOf(node).state]]));
  state = live().dataset.state;
}

function fresh() {
  showExtras();
  for (const node of bracket.matches) {
    const [label, before] = known.get(keyOf(node)) ?? [];
    if (node.getAttribute("aria-label") === label) continue;
    const match = matchOf(node);
    if (label !== undefined) send("matchUpdated", match);
    if (match.state === "open" && before !== "open") send("matchOpened", match);
  }
  if (live().dataset.state !== state) send("tournamentStateChanged", { ...tournament(), previous: state });
  remember();
}

function showExtras() {
  for (const old of all(".b-extra", live())) {
    old.closest(CARD)?.removeAttribute("aria-description");
    old.remove();
  }
  const shown = bracket.matches.flatMap((node) => {
    const label = extraOf(node)?.label;
    const line = one(".b-id", node);
    if (!label || !line) return [];
    node.setAttribute("aria-description", label);
    const text = document.createElementNS(line.namespaceURI, "tspan");
    text.setAttribute("class", "b-extra");
    text.setAttribute("dx", "8");
    text.textContent = label;
    line.append(text);
    return [[node, text]];
  });
  // Behind the letters, as far as there is room: one layout for all, as they are measured before any is cut.
  const cut = shown.map(([node, text]) => {
    let letters = text.getNumberOfChars();
    const now = one(".b-now", node)?.getComputedTextLength() ?? -8;
    const room = letters && one(".b-card", node).width.baseVal.value - now - 8 - text.getStartPositionOfChar(0).x;
    if (text.getComputedTextLength() <= room) return 0;
    while (letters > 1 && text.getSubStringLength(0, letters) > room - 12) letters -= 1;
    return letters;
  });
  shown.forEach(([, text], index) => {
    // Half of a letter is none.
    if (cut[index]) text.textContent = text.textContent.slice(0, cut[index]).replace(/[\ud800-\udbff]$/, "") + "…";
  });
}

function number(parameters, name, least, most, otherwise) {
  const value = parameters[name];
  if (value === undefined && otherwise !== undefined) return otherwise;
  if (typeof value !== "number" || !Number.isFinite(value)) throw wrong(`${name} is to be a number`);
  return clamp(value, least, most);
}

const duration = (parameters) => number(parameters, "animationDuration", 0, LONGEST_ANIMATION, 0);
const scale = (parameters, otherwise) => number(parameters, "zoomScale", 0.1, 5, otherwise);
const point = (parameters) => {
  const at = isObject(parameters.coordinates) ? parameters.coordinates : parameters;
  return [number(at, "x", -1e6, 1e6), number(at, "y", -1e6, 1e6)];
};

function matchNode(parameters) {
  const wanted = parameters.matchIdentifier;
  if (typeof wanted !== "string" && typeof wanted !== "number") throw wrong("matchIdentifier is to be a text");
  const node = bracket.matches.find((it) => namesOf(it).includes(nameOf(wanted)));
  if (!node) throw new Refused("unknown_match", "no match that is shown has this identifier");
  return node;
}

const actions = {
  scrollToCoordinates: (parameters) => bracket.scrollTo(...point(parameters), duration(parameters)),
  scrollToMatchIdentifier: (parameters) => bracket.show(matchNode(parameters), undefined, duration(parameters)),
  setZoomScale: (parameters) => bracket.zoom(scale(parameters), duration(parameters)),
  zoomToCoordinate: (parameters) => bracket.centre(...point(parameters), scale(parameters, Math.max(bracket.scale, 1)), duration(parameters)),
  zoomToMatchIdentifier: (parameters) =>
    bracket.show(matchNode(parameters), scale(parameters, Math.max(bracket.scale, 1.5)), duration(parameters)),
  loadTheme(parameters) {
    const name = String(parameters.themeName ?? parameters.theme ?? "").replace("color", "colour");
    if (!THEMES.includes(name)) throw wrong(`themeName is to be one of ${THEMES.join(", ")}`);
    if (name === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = name;
  },
  filterRounds(parameters) {
    const rounds = parameters.rounds ?? [];
    if (!Array.isArray(rounds) || rounds.length > 256 || !rounds.every(Number.isInteger)) throw wrong("rounds is to be a list of whole numbers");
    if (rounds.length && !bracket.rounds().some((it) => rounds.includes(it))) throw new Refused("unknown_round", "none of these rounds is shown");
    bracket.filter([...new Set(rounds)]);
    // What was not seen could not be measured.
    showExtras();
  },
  loadIntegrationData(parameters) {
    const given = parameters.data?.matches ?? parameters.matches;
    if (!isObject(given)) throw wrong("data.matches is to be an object by match identifiers");
    const entries = Object.entries(given);
    if (entries.length > MOST_MATCHES) throw wrong(`more than ${MOST_MATCHES} matches`);
    extras = new Map(
      entries.map(([identifier, value]) => {
        const label = typeof value === "string" ? value : value?.label;
        if (typeof label !== "string" || label.length > LONGEST_TEXT) throw wrong(`a label is to be a text of at most ${LONGEST_TEXT} characters`);
        return [nameOf(identifier), { label }];
      }),
    );
    showExtras();
  },
  async setBracketSettings(parameters) {
    const settings = parameters.settings ?? parameters;
    if (!isObject(settings)) throw wrong("settings are to be an object");
    const given = Object.entries(settings);
    if (!given.length) return;
    const address = new URL(host.dataset.fragmentUrl, location.href);
    const before = address.href;
    let opening = opens;
    for (const [name, value] of given) {
      if (!Object.hasOwn(SETTINGS, name)) throw wrong("there is no such setting");
      const kind = SETTINGS[name];
      const key = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
      if (value !== null && typeof value !== kind) throw wrong(`${name} is to be a ${kind}`);
      if (name === "openMatches") opening = value ?? true;
      else if (value === null) address.searchParams.delete(key);
      else address.searchParams.set(key, kind === "boolean" ? String(Number(value)) : String(value));
    }
    if (address.href === before) {
      opens = opening;
      return;
    }
    const answer = await fetch(address.pathname + address.search, { credentials: "omit" });
    if (!answer.ok) throw new Refused("unavailable", "the bracket cannot be read at the moment");
    const part = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("live");
    opens = opening;
    host.dataset.fragmentUrl = address.pathname + address.search;
    document.body.classList.toggle("embed-fit", address.searchParams.get("scale_to_fit") === "1");
    live().replaceWith(part);
    bracket.scale = 1;
    bracket.renewed();
    showExtras();
    remember();
  },
};

// One after the other, so that answers come in the order of questions. Whoever asks faster than that is
// told so, and holds nothing up.
const QUEUE = 64;
let waiting = 0;
let turn = Promise.resolve();

async function act(message) {
  const { action, parameters = {}, id } = message;
  try {
    if (!Object.hasOwn(actions, action)) throw new Refused("unknown_action", "there is no such action");
    if (!isObject(parameters)) throw wrong("parameters is to be an object");
    await actions[action](parameters);
    send("viewChanged", { ...view(), action }, id);
  } catch (error) {
    const code = error instanceof Refused ? error.code : "unavailable";
    send("error", { code, message: error instanceof Refused ? error.message : "that did not work" }, id);
  }
}

function malformed(message) {
  if (!isObject(message) || typeof message.action !== "string") return "a message is to be {action, parameters, id}";
  if (message.id !== undefined && typeof message.id !== "string" && typeof message.id !== "number") return "id is to be a text or a number";
  if (typeof message.id === "string" && message.id.length > 128) return "id is too long";
  return null;
}

let greeted = false;
function greet() {
  if (greeted || !target) return;
  greeted = true;
  send("loaded", { tournament: tournament(), matches: matches(), rounds: bracket.rounds(), view: view(), actions: Object.keys(actions) });
}

function hear(event) {
  if (!framed || event.source !== window.parent) return;
  const origin = reach(event.origin);
  if (!origin) return;
  const problem = malformed(event.data);
  if (problem) return send("error", { code: "malformed", message: problem }, undefined, origin);
  target = origin;
  greet();
  if (waiting >= QUEUE) return send("error", { code: "too_many", message: "wait for answers" }, event.data.id);
  waiting += 1;
  turn = turn.then(() => act(event.data)).finally(() => (waiting -= 1));
}

if (host && live()) {
  bracket = new Frame(host, 0.1, 5);
  bracket.renewed();
  remember();
  host.addEventListener("fresh", fresh);
  let timer;
  bracket.onmove = () => {
    clearTimeout(timer);
    timer = setTimeout(() => send("viewChanged", view()), 150);
  };
  bracket.onpick = (node, event) => {
    if (!opens && event && !event.ctrlKey && !event.metaKey && !event.shiftKey) event.preventDefault();
    send("matchClicked", matchOf(node));
  };
  window.addEventListener("message", hear);
  greet();
}
