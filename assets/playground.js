// Where embeds are tried: a form for each action, and every message that goes to and fro.
import { Bracket } from "./tiltyard-embed.js";

const root = document.querySelector("[data-playground]");
const log = root.querySelector("[data-log]");
const MOST = 200;

const ACTIONS = {
  scrollToCoordinates: { x: 300, y: 100, animationDuration: 400 },
  scrollToMatchIdentifier: { matchIdentifier: "A", animationDuration: 400 },
  setZoomScale: { zoomScale: 1.5, animationDuration: 400 },
  zoomToCoordinate: { x: 300, y: 100, zoomScale: 2, animationDuration: 400 },
  zoomToMatchIdentifier: { matchIdentifier: "A", zoomScale: 2, animationDuration: 400 },
  loadTheme: { themeName: "dark" },
  filterRounds: { rounds: [1, 2] },
  loadIntegrationData: { data: { matches: { A: "Stream 1" } } },
  setBracketSettings: { settings: { showTournamentName: true, showLiveStatus: true } },
};

function note(kind, message) {
  const line = document.createElement("li");
  line.className = kind;
  let text = JSON.stringify(message);
  if (text.length > 600) text = `${text.slice(0, 600)} …`;
  line.textContent = `${kind === "sent" ? "→" : "←"} ${text}`;
  log.prepend(line);
  while (log.children.length > MOST) log.lastChild.remove();
}

const bracket = Bracket.create(root.querySelector("[data-frame]"), { server: root.dataset.base === location.origin ? root.dataset.base : location.origin, tournament: root.dataset.slug });
bracket.on("*", (_, message) => note(message.event === "error" ? "error" : "heard", message));

for (const [action, parameters] of Object.entries(ACTIONS)) {
  const form = document.createElement("form");
  const title = document.createElement("h3");
  title.textContent = action;
  const label = document.createElement("label");
  label.textContent = "Parameters";
  label.htmlFor = `p-${action}`;
  const field = document.createElement("textarea");
  field.id = label.htmlFor;
  field.spellcheck = false;
  field.value = JSON.stringify(parameters, null, 1);
  const button = document.createElement("button");
  button.className = "btn btn-small";
  button.textContent = "Send";
  button.setAttribute("aria-label", `Send ${action}`);
  form.append(title, label, field, button);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    let given;
    try {
      given = JSON.parse(field.value || "{}");
    } catch (error) {
      note("error", { error: `these parameters are no JSON: ${error.message}` });
      return;
    }
    note("sent", { action, parameters: given });
    // What goes wrong comes as an event, too.
    bracket.send(action, given).catch(() => {});
  });
  root.querySelector("[data-actions]").append(form);
}
