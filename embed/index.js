/**
 * Tiltyard brackets in other pages: makes the frame, and speaks the Bracket JSAPI 1.0 with it.
 * @license Apache-2.0
 */

const VERSION = "1.0";

/** Parameters of the frame's address, by their names here. */
const PARAMETERS = {
  multiplier: "multiplier",
  matchWidthMultiplier: "match_width_multiplier",
  showFinalResults: "show_final_results",
  showStandings: "show_standings",
  theme: "theme",
  scaleToFit: "scale_to_fit",
  showTournamentName: "show_tournament_name",
  showVoting: "show_voting",
  showLiveStatus: "show_live_status",
  tab: "tab",
  subdomain: "subdomain",
};

/** What an embed refused to do, or did not answer in time. */
export class BracketError extends Error {
  constructor(code, message) {
    super(message);
    this.name = "BracketError";
    this.code = code;
  }
}

/** The address of the frame for a tournament. */
export function moduleUrl(server, tournament, options = {}) {
  const url = new URL(`/${encodeURIComponent(tournament)}/module`, server);
  for (const [name, value] of Object.entries(options)) {
    const key = PARAMETERS[name];
    if (!key || value === undefined || value === null) continue;
    url.searchParams.set(key, typeof value === "boolean" ? String(Number(value)) : String(value));
  }
  return url.href;
}

/** A bracket in a frame. */
export class Bracket {
  #frame;
  #origin;
  #listeners = new Map();
  #waiting = new Map();
  #last = 0;
  #patience;
  #hear = (event) => this.#receive(event);
  #loaded;
  #isLoaded;

  /**
   * Takes over a frame that shows a module. `origin` is the server's, if the frame's address does not
   * tell.
   */
  constructor(frame, { origin = new URL(frame.src, document.baseURI).origin, timeout = 10_000 } = {}) {
    this.#frame = frame;
    this.#origin = origin;
    this.#patience = timeout;
    this.#loaded = new Promise((resolve) => (this.#isLoaded = resolve));
    window.addEventListener("message", this.#hear);
    // It says `loaded` by itself where the browser tells it who embeds it; else any question makes it.
    let known = false;
    this.#loaded.then(() => (known = true));
    const ask = () => known || this.#post({ action: "setBracketSettings", parameters: {} });
    frame.addEventListener("load", ask);
    setTimeout(ask, 1000);
  }

  /** Puts a new frame into an element. */
  static create(parent, { server, tournament, title = "Bracket", timeout, ...options }) {
    const frame = document.createElement("iframe");
    frame.src = moduleUrl(server, tournament, options);
    frame.title = title;
    frame.loading = "lazy";
    frame.referrerPolicy = "origin";
    frame.setAttribute("frameborder", "0");
    frame.width = "100%";
    frame.height = "600";
    const bracket = new Bracket(frame, { origin: new URL(server).origin, timeout });
    parent.append(frame);
    return bracket;
  }

  /** The frame. */
  get frame() {
    return this.#frame;
  }

  /** Resolves to what `loaded` says, once the bracket can be asked for something. */
  get loaded() {
    return this.#loaded;
  }

  /**
   * Calls the listener with the data of every event of this name, and with the message. Gives a function
   * that ends it. `*` are all events. While somebody listens to `matchClicked`, a click opens nothing.
   */
  on(event, listener) {
    const set = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, set.add(listener));
    const claim = () => this.#post({ action: "setBracketSettings", parameters: { settings: { openMatches: !set.size } } });
    const claimed = () => event === "matchClicked" && this.#loaded.then(claim);
    claimed();
    return () => {
      if (set.delete(listener)) claimed();
    };
  }

  /** Asks for an action, and resolves to what is seen then. */
  send(action, parameters = {}) {
    this.#last += 1;
    const id = `t${this.#last}`;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#settle(id, (it) => it.reject(new BracketError("timeout", `${action} was not answered`))), this.#patience);
      this.#waiting.set(id, { resolve, reject, timer });
      this.#loaded.then(() => this.#post({ action, parameters, id }));
    });
  }

  scrollToCoordinates(x, y, options = {}) {
    return this.send("scrollToCoordinates", { x, y, ...options });
  }

  scrollToMatchIdentifier(matchIdentifier, options = {}) {
    return this.send("scrollToMatchIdentifier", { matchIdentifier, ...options });
  }

  setZoomScale(zoomScale, options = {}) {
    return this.send("setZoomScale", { zoomScale, ...options });
  }

  zoomToCoordinate(x, y, options = {}) {
    return this.send("zoomToCoordinate", { x, y, ...options });
  }

  zoomToMatchIdentifier(matchIdentifier, options = {}) {
    return this.send("zoomToMatchIdentifier", { matchIdentifier, ...options });
  }

  loadTheme(themeName) {
    return this.send("loadTheme", { themeName });
  }

  filterRounds(rounds) {
    return this.send("filterRounds", { rounds });
  }

  loadIntegrationData(data) {
    return this.send("loadIntegrationData", { data });
  }

  setBracketSettings(settings) {
    return this.send("setBracketSettings", { settings });
  }

  /** Hears nothing any more; what waits for an answer is refused. The frame stays. */
  close() {
    window.removeEventListener("message", this.#hear);
    for (const id of [...this.#waiting.keys()]) this.#settle(id, (it) => it.reject(new BracketError("closed", "the bracket was closed")));
    this.#listeners.clear();
  }

  #post(message) {
    // Before the frame has loaded it is somebody else's, and the browser delivers nothing there.
    this.#frame.contentWindow?.postMessage(message, this.#origin);
  }

  #settle(id, how) {
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    clearTimeout(waiting.timer);
    this.#waiting.delete(id);
    how(waiting);
  }

  #receive(event) {
    if (event.source !== this.#frame.contentWindow || event.origin !== this.#origin) return;
    const message = event.data;
    if (typeof message !== "object" || message === null || message.version !== VERSION || typeof message.event !== "string") return;
    if (message.event === "loaded") this.#isLoaded(message.data);
    if (message.id !== undefined) {
      if (message.event === "error") this.#settle(message.id, (it) => it.reject(new BracketError(message.data.code, message.data.message)));
      else this.#settle(message.id, (it) => it.resolve(message.data));
    }
    for (const name of [message.event, "*"]) {
      for (const listener of this.#listeners.get(name) ?? []) listener(message.data, message);
    }
  }
}
