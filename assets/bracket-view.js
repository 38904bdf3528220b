// A drawn bracket that moves: zoom, pan, walks along the links, paths of players. The scripts of pages
// and of embeds each follow this one in the same file.
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const one = (selector, root = document) => root.querySelector(selector);
const clamp = (value, least, most) => Math.min(most, Math.max(least, value));
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const CARD = "svg.bracket [data-match]";
const STEP = 1.25;
const visible = (node) => node.getClientRects().length > 0;
const isOver = (card) => /-complete\b/.test(card.getAttribute("class"));
const sidesOf = (card) => card.dataset.sides.split(" ");
const boxOf = (svg) => svg.getAttribute("viewBox").split(" ").map(Number);

class Viewport {
  scale = 1;
  /** The entrant whose path is shown. */
  chosen = "";
  /** Of whom a mouse rests: shown for as long, over the other. */
  #peeked = "";
  #peek;
  /** Told when something else is seen, when it is larger or smaller, when a card is picked, when another path is shown. */
  onmove = () => {};
  onzoom = () => {};
  onpick = () => {};
  onpath = () => {};
  #touches = new Map();
  #dragged = false;

  /** On what stands within the host, also when it is renewed; from the least scale to the most. */
  constructor(host, least, most) {
    Object.assign(this, { host, least, most });
    host.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    host.addEventListener("pointerdown", (event) => this.#press(event));
    addEventListener("pointermove", (event) => this.#drag(event));
    for (const end of ["pointerup", "pointercancel"]) addEventListener(end, (event) => this.#release(event));
    host.addEventListener("keydown", (event) => this.#key(event));
    host.addEventListener("click", (event) => this.#click(event));
    host.addEventListener("pointerover", (event) => this.#hover(event));
    host.addEventListener("pointerleave", (event) => this.#hover(event));
    // Whoever drags a picture does not carry a link away.
    host.addEventListener("dragstart", (event) => event.target.closest?.(".bracket-scroll") && event.preventDefault());
    host.addEventListener("scroll", () => this.onmove(), { capture: true, passive: true });
    host.addEventListener("focusin", (event) => {
      const card = event.target.closest(CARD);
      if (card) this.stop(card);
    });
    host.addEventListener("fresh", () => this.renewed());
    this.renewed();
  }

  get frames() {
    return all(".bracket-scroll", this.host).filter(visible);
  }

  get pictures() {
    return all(".bracket-scroll > svg", this.host);
  }

  /** Gives what was renewed what the reader had made of it, before it is seen. */
  renewed() {
    this.size();
    this.paint();
    for (const link of all(`${CARD}:not([tabindex])`, this.host)) link.setAttribute("tabindex", "-1");
    for (const svg of this.pictures) {
      if (!one('[data-match][tabindex="0"]', svg)) this.stop(one(".b-underway, .b-open", svg) ?? one(CARD, svg));
    }
  }

  // Zoom ----------------------------------------------------------------------------------------

  /** Whether the pictures stand as they were drawn, for style sheets to say how large. */
  get natural() {
    return this.scale === 1;
  }

  size() {
    for (const svg of this.pictures) {
      const [, , width, height] = boxOf(svg);
      const drawn = Number(svg.getAttribute("width")) / (svg.dataset.box ?? `0 0 ${width}`).split(" ")[2];
      const px = (length) => (this.natural ? "" : `${length * drawn * this.scale}px`);
      svg.style.width = px(width);
      svg.style.height = px(height);
      svg.classList.toggle("zoomed", !this.natural);
    }
  }

  scroll(frame, x, y) {
    frame.scrollBy({ left: x, top: y, behavior: "instant" });
  }

  /** Zooms, and keeps what is under a point of the window where it is. */
  zoomAt(to, frame, x, y) {
    const before = this.scale;
    this.scale = clamp(to, this.least, this.most);
    if (this.scale === before) return;
    const svg = one("svg", frame);
    const was = svg.getBoundingClientRect();
    this.size();
    const now = svg.getBoundingClientRect();
    const gone = (from, length, other, lengthNow, at) => other + ((at - from) * lengthNow) / length - at;
    this.scroll(frame, gone(was.left, was.width, now.left, now.width, x), gone(was.top, was.height, now.top, now.height, y));
    this.onzoom();
    this.onmove();
  }

  /** Zooms about the middle of what is seen of the frame. */
  zoomTo(scale, frame = this.frames[0]) {
    if (!frame) return;
    const { left, top, right, bottom } = frame.getBoundingClientRect();
    this.zoomAt(scale, frame, (left + right) / 2, (Math.max(0, top) + Math.min(innerHeight, bottom)) / 2);
  }

  /** As wide as there is room for. */
  fit() {
    const frame = this.frames[0];
    if (!frame) return;
    const { paddingLeft, paddingRight } = getComputedStyle(frame);
    const room = frame.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
    this.zoomTo(Math.min(1, room / one("svg", frame).getAttribute("width")), frame);
  }

  #wheel(event) {
    const frame = event.target.closest(".bracket-scroll");
    if (!frame || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    this.zoomAt(this.scale * Math.exp(-event.deltaY / 400), frame, event.clientX, event.clientY);
  }

  // Two fingers zoom; a pressed mouse drags. One finger scrolls as everywhere.

  #press(event) {
    this.#dragged = false;
    const frame = event.target.closest(".bracket-scroll");
    if (!frame || event.button) return;
    this.#touches.set(event.pointerId, { x: event.clientX, y: event.clientY, frame });
  }

  #drag(event) {
    const from = this.#touches.get(event.pointerId);
    if (!from) return;
    const now = { x: event.clientX, y: event.clientY, frame: from.frame };
    if (this.#touches.size === 2) {
      const other = [...this.#touches].find(([id]) => id !== event.pointerId)[1];
      const apart = (point) => Math.hypot(point.x - other.x, point.y - other.y) || 1;
      this.zoomAt((this.scale * apart(now)) / apart(from), from.frame, (now.x + other.x) / 2, (now.y + other.y) / 2);
    } else if (event.pointerType === "mouse") {
      if (!this.#dragged && Math.hypot(now.x - from.x, now.y - from.y) < 5) return;
      this.#dragged = true;
      from.frame.classList.add("dragging");
      this.scroll(from.frame, from.x - now.x, from.y - now.y);
    }
    this.#touches.set(event.pointerId, now);
  }

  #release(event) {
    this.#touches.get(event.pointerId)?.frame.classList.remove("dragging");
    this.#touches.delete(event.pointerId);
    // The click that follows is no click; the next is one.
    setTimeout(() => (this.#dragged = false));
  }

  // Paths ---------------------------------------------------------------------------------------

  /** Shows the path of an entrant; of nobody where none is named. */
  choose(entrant) {
    this.chosen = entrant;
    this.paint();
    this.onpath();
  }

  // Played and coming matches of somebody, and those that can follow from them.
  #path(section, entrant) {
    const on = new Set(), may = new Set();
    const ahead = all(`[data-match][data-sides~="${entrant}"]`, section);
    for (const card of ahead) on.add(card.dataset.match);
    for (const card of ahead) {
      if (on.has(card.dataset.match) && isOver(card)) continue;
      for (const key of [card.dataset.winnerTo, card.dataset.loserTo]) {
        if (!key || on.has(key) || may.has(key)) continue;
        may.add(key);
        ahead.push(...all(`[data-match="${key}"]`, section));
      }
    }
    return { on, may };
  }

  paint() {
    const marks = ["on-path", "may-path", "has-path", "chosen"];
    for (const node of all(marks.map((mark) => `.${mark}`).join(), this.host)) node.classList.remove(...marks);
    const shown = this.#peeked || this.chosen;
    if (!shown) return;
    for (const row of all(`tr[data-entrant="${this.chosen || 0}"]`, this.host)) row.classList.add("chosen");
    for (const section of all("section[data-stage]", this.host)) {
      const { on, may } = this.#path(section, shown);
      if (!on.size) continue;
      // A passing mouse dims nothing.
      if (shown === this.chosen) one("svg.bracket", section)?.classList.add("has-path");
      for (const [keys, mark] of [[on, "on-path"], [may, "may-path"]]) {
        for (const key of keys) for (const card of all(`[data-match="${key}"]`, section)) card.classList.add(mark);
      }
      for (const line of all("[data-from]", section)) {
        const { from, to } = line.dataset;
        if (on.has(from) && on.has(to)) line.classList.add("on-path");
        else if (may.has(to) && (on.has(from) || may.has(from))) line.classList.add("may-path");
      }
    }
  }

  /** Goes to a card, and marks it. */
  fly(card) {
    for (const old of all(".found", this.host)) old.classList.remove("found");
    card.classList.add("found");
    this.#show(card, "center");
  }

  #show(card, where) {
    card.scrollIntoView({ behavior: calm.matches ? "instant" : "smooth", block: where, inline: where });
  }

  // Walks ---------------------------------------------------------------------------------------

  /** Makes a card the one of its picture that Tab comes to: arrows go on from it. */
  stop(card) {
    if (!card || card.getAttribute("tabindex") === "0") return;
    for (const old of all('[data-match][tabindex="0"]', card.closest("svg"))) old.setAttribute("tabindex", "-1");
    card.setAttribute("tabindex", "0");
  }

  #neighbour(card, key) {
    const same = (selector) => all(`${CARD}${selector}`, card.closest("svg"));
    const { winnerTo, loserTo, match } = card.dataset;
    if (key === "ArrowRight") return same(`[data-match="${winnerTo}"]`)[0] ?? same(`[data-match="${loserTo}"]`)[0];
    if (key === "ArrowLeft") {
      const feeders = same(`[data-winner-to="${match}"]`);
      return feeders.find((other) => sidesOf(other).includes(this.chosen)) ?? feeders[0] ?? same(`[data-loser-to="${match}"]`)[0];
    }
    return key === "ArrowDown" ? card.nextElementSibling : card.previousElementSibling;
  }

  #key(event) {
    const frame = event.target.closest(".bracket-scroll");
    if (!frame || event.altKey || event.ctrlKey || event.metaKey) return;
    const card = event.target.closest(CARD);
    const zooms = { "+": STEP, "=": STEP, "-": 1 / STEP };
    if (zooms[event.key]) this.zoomTo(this.scale * zooms[event.key], frame);
    else if (event.key === "0") this.zoomTo(1, frame);
    else if (card && event.key.startsWith("Arrow")) {
      const next = this.#neighbour(card, event.key);
      if (next?.dataset.match) {
        this.stop(next);
        next.focus({ preventScroll: true });
        this.#show(next, "nearest");
      }
    } else if (card && (event.key === " " || (event.key === "Enter" && !card.matches("a")))) {
      const sides = sidesOf(card).filter((side) => side !== "0");
      this.choose(sides[sides.indexOf(this.chosen) + 1] ?? "");
      if (!card.matches("a")) this.onpick(card);
    } else if (event.key === "Escape" && (this.chosen || this.#peeked || this.#peek)) {
      // Also what a mouse that came to rest just now was about to show.
      this.#rest();
      this.#peeked = "";
      this.choose("");
    } else return;
    event.preventDefault();
  }

  // Who stands there on a card; nobody where it is not known.
  #sideAt(card, y) {
    const sides = sidesOf(card);
    const { top, height } = (one(".b-card", card) ?? card).getBoundingClientRect();
    const side = sides[clamp(Math.floor(((y - top) / height) * sides.length), 0, sides.length - 1)];
    return side === "0" ? "" : side;
  }

  // A mouse that rests on a side shows the way of whoever it is.
  #hover(event) {
    if (event.pointerType !== "mouse" || event.buttons) return;
    const card = event.type === "pointerover" && event.target.closest("[data-match]");
    const side = card ? this.#sideAt(card, event.clientY) : "";
    this.#rest();
    if (side === this.#peeked) return;
    this.#peek = setTimeout(() => {
      this.#peek = 0;
      this.#peeked = side;
      this.paint();
    }, 120);
  }

  #rest() {
    clearTimeout(this.#peek);
    this.#peek = 0;
  }

  // A click opens the match, by its link. Where it has none, or that leaves this page as it is, it shows the way
  // of the side that was clicked.
  #click(event) {
    const card = event.target.closest("[data-match]");
    if (!card) return;
    if (this.#dragged) return event.preventDefault();
    this.onpick(card, event);
    const opens = card.matches("a") && !event.defaultPrevented;
    if ((opens && !card.target?.baseVal) || !event.detail) return;
    const side = this.#sideAt(card, event.clientY);
    if (card.matches(CARD)) {
      this.stop(card);
      card.focus({ preventScroll: true });
    }
    this.choose(side === this.chosen ? "" : side);
  }
}
