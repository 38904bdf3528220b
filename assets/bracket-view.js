// Pictures of brackets that move: zoom, scroll, fly to a match, leave out rounds.
export const clamp = (value, least, most) => Math.min(most, Math.max(least, value));

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const ease = (t) => 1 - (1 - t) ** 3;

export class Bracket {
  static matches = (root) => [...root.querySelectorAll("svg.bracket .b-match")];
  static identifier = (node) => node.dataset.identifier ?? node.dataset.match;
  static stage = (node) => Number(node.closest("[data-stage]")?.dataset.stage ?? 0);
  static key = (node) => `${Bracket.stage(node)}.${Bracket.identifier(node)}`;

  scale = 1;
  onmove = () => {};
  onpick = () => {};

  constructor(root) {
    this.bind(root);
    document.addEventListener("click", (event) => this.#pick(event));
    document.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.#pick(event);
    });
    document.addEventListener(
      "wheel",
      (event) => {
        const frame = event.target.closest?.(".bracket-scroll");
        if (!event.ctrlKey || !frame) return;
        event.preventDefault();
        this.#zoomAt(frame, this.scale * Math.exp(-event.deltaY / 300), event.clientX, event.clientY);
      },
      { passive: false },
    );
  }

  /** Takes over what was put in place of the root. */
  bind(root) {
    const old = this.frames ?? [];
    const places = old.map((frame) => [frame.scrollLeft, frame.scrollTop]);
    this.root = root;
    this.frames = [...root.querySelectorAll(".bracket-scroll")];
    this.pictures = this.frames.map((frame) => frame.querySelector("svg"));
    this.frames.forEach((frame, index) => {
      const svg = this.pictures[index];
      svg.dataset.width ??= svg.getAttribute("width");
      svg.dataset.height ??= svg.getAttribute("height");
      svg.dataset.box ??= svg.getAttribute("viewBox");
      frame.addEventListener("scroll", () => this.onmove(), { passive: true });
    });
    this.#size();
    this.frames.forEach((frame, index) => places[index] && frame.scrollTo(...places[index]));
  }

  reset() {
    this.scale = 1;
    this.#size();
  }

  /** What is seen: how large, and which part of the first picture, in its own units. */
  state() {
    const frame = this.frames[0];
    if (!frame) return { zoomScale: this.scale, x: 0, y: 0, width: 0, height: 0 };
    const factor = this.#factor(this.pictures[0]);
    const whole = (value) => Math.round(value * 10) / 10;
    return {
      zoomScale: Math.round(this.scale * 1000) / 1000,
      x: whole(frame.scrollLeft / factor),
      y: whole(frame.scrollTop / factor),
      width: whole(frame.clientWidth / factor),
      height: whole(frame.clientHeight / factor),
    };
  }

  rounds() {
    const all = Bracket.matches(this.root).map((node) => Number(node.dataset.round));
    return [...new Set(all)].filter(Number.isInteger).sort((a, b) => a - b);
  }

  async zoom(scale, duration) {
    const frame = this.frames[0];
    if (!frame) return;
    const box = frame.getBoundingClientRect();
    const from = this.scale;
    await this.#animate(duration, (t) => this.#zoomAt(frame, from + (scale - from) * t, box.left + box.width / 2, box.top + box.height / 2));
  }

  /** Brings a point of the first picture to the upper left corner. */
  async scrollTo(x, y, duration) {
    const [frame, svg] = [this.frames[0], this.pictures[0]];
    if (!frame) return;
    const factor = this.#factor(svg);
    await this.#move(frame, x * factor, y * factor, duration);
  }

  /** Brings a point of a picture to the middle, at a scale. */
  async centre(x, y, scale, duration, frame = this.frames[0]) {
    if (!frame) return;
    const svg = frame.querySelector("svg");
    const [from, left, top] = [this.scale, frame.scrollLeft, frame.scrollTop];
    await this.#animate(duration, (t) => {
      this.scale = from + ((scale ?? from) - from) * t;
      this.#size();
      const factor = this.#factor(svg);
      const [toLeft, toTop] = [x * factor - frame.clientWidth / 2, y * factor - frame.clientHeight / 2];
      frame.scrollTo({ left: left + (toLeft - left) * t, top: top + (toTop - top) * t, behavior: "instant" });
    });
  }

  /** Flies to a match, and marks it. */
  async show(node, scale, duration) {
    const frame = node.closest(".bracket-scroll");
    const svg = node.ownerSVGElement;
    const card = node.querySelector(".b-card");
    const [left, top] = svg.getAttribute("viewBox").split(" ").map(Number);
    const { e, f } = node.transform.baseVal.consolidate()?.matrix ?? { e: 0, f: 0 };
    const [x, y] = [e - left + card.width.baseVal.value / 2, f - top + card.height.baseVal.value / 2];
    frame.scrollIntoView({ block: "nearest", behavior: "instant" });
    await this.centre(x, y, scale, duration, frame);
    for (const old of this.root.querySelectorAll(".found")) old.classList.remove("found");
    node.classList.add("found");
  }

  /** Shows only these rounds, and cuts the pictures to them; all where none is named. */
  filter(rounds) {
    for (const svg of this.pictures) {
      const shown = [...svg.querySelectorAll(".b-match")].filter((node) => {
        const on = !rounds.length || rounds.includes(Number(node.dataset.round));
        node.classList.toggle("b-off", !on);
        return on;
      });
      const all = !rounds.length || !shown.length;
      for (const node of svg.querySelectorAll(".b-links, .b-head, .b-note")) node.classList.toggle("b-off", !all);
      svg.setAttribute("viewBox", all ? svg.dataset.box : this.#around(shown));
    }
    this.#size();
  }

  #around(nodes) {
    const edge = 24;
    const boxes = nodes.map((node) => {
      const { e, f } = node.transform.baseVal.consolidate().matrix;
      const card = node.querySelector(".b-card");
      return [e, f, e + card.width.baseVal.value, f + card.height.baseVal.value];
    });
    const [left, top] = [0, 1].map((side) => Math.min(...boxes.map((box) => box[side])) - edge);
    const [right, bottom] = [2, 3].map((side) => Math.max(...boxes.map((box) => box[side])) + edge);
    return `${left} ${top} ${right - left} ${bottom - top}`;
  }

  /** Pixels of the screen for one unit of a picture. */
  #factor(svg) {
    return svg.getBoundingClientRect().width / Number(svg.getAttribute("viewBox").split(" ")[2]);
  }

  #size() {
    for (const svg of this.pictures) {
      const [width, height] = [Number(svg.dataset.width), Number(svg.dataset.height)];
      const full = svg.dataset.box.split(" ").map(Number);
      const box = svg.getAttribute("viewBox").split(" ").map(Number);
      svg.setAttribute("width", (width * box[2] * this.scale) / full[2]);
      svg.setAttribute("height", (height * box[3] * this.scale) / full[3]);
      svg.classList.toggle("zoomed", this.scale !== 1);
    }
  }

  #zoomAt(frame, wanted, clientX, clientY) {
    const box = frame.getBoundingClientRect();
    const [x, y] = [clientX - box.left, clientY - box.top];
    const svg = frame.querySelector("svg");
    const before = this.#factor(svg);
    const at = [(frame.scrollLeft + x) / before, (frame.scrollTop + y) / before];
    this.scale = clamp(wanted, 0.1, 5);
    this.#size();
    const after = this.#factor(svg);
    frame.scrollTo({ left: at[0] * after - x, top: at[1] * after - y, behavior: "instant" });
    this.onmove();
  }

  async #move(frame, left, top, duration) {
    const from = [frame.scrollLeft, frame.scrollTop];
    await this.#animate(duration, (t) => frame.scrollTo({ left: from[0] + (left - from[0]) * t, top: from[1] + (top - from[1]) * t, behavior: "instant" }));
  }

  #animate(duration, step) {
    if (!duration || calm.matches || document.hidden) return step(1);
    const start = performance.now();
    return new Promise((done) => {
      const frame = (now) => {
        const t = clamp((now - start) / duration, 0, 1);
        step(ease(t));
        if (t < 1) requestAnimationFrame(frame);
        else done();
      };
      requestAnimationFrame(frame);
    });
  }

  #pick(event) {
    const node = event.target.closest?.(".b-match");
    if (node && this.root.contains(node)) this.onpick(node);
  }
}
