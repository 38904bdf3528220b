// Predictions by hand: whom one picks stands in the next round at once. Without this, saving does it.
const form = document.querySelector("[data-ballot]");
const say = form?.querySelector("[data-ballot-say]");
const boxes = new Map();
// How many are picked in the other parts of the bracket, and what was saved of this one.
const made = document.querySelector("[data-ballot-made]");
const unsaved = document.querySelector("[data-ballot-unsaved]");
let elsewhere = 0;
const saved = (input) => input.defaultChecked ?? input.defaultSelected;
const chosen = (input) => input.checked ?? input.selected;

// Who is picked in a match: an id, and what names them.
function picked(box) {
  const radio = box.querySelector("input:checked");
  if (radio) return { id: radio.value, nodes: radio.nextElementSibling.childNodes };
  const option = box.querySelector("option:checked");
  if (!option?.value) return null;
  const name = document.createElement("bdi");
  name.textContent = option.text;
  return { id: option.value, nodes: [name] };
}

// Who comes from a match ("w" or "l" and its id): nothing is known of one that is not on this page.
function comes(from) {
  const box = boxes.get(from.slice(1));
  if (!box) return undefined;
  const winner = picked(box);
  if (!winner || from[0] === "w") return winner;
  const loser = [...box.querySelectorAll("input")].find((radio) => radio.value && radio.value !== winner.id);
  return loser ? { id: loser.value, nodes: loser.nextElementSibling.childNodes } : null;
}

function comers(box, radios) {
  const upper = box.dataset.upper;
  if (!upper) return radios.map((radio) => (radio.dataset.from ? comes(radio.dataset.from) : undefined));
  // The second grand final is played only if whoever has not lost yet loses the first.
  const unbeaten = comes(upper);
  const won = comes(`w${radios[0].dataset.from.slice(1)}`);
  if (unbeaten === undefined || won === undefined) return [undefined, undefined];
  return unbeaten && won && unbeaten.id !== won.id ? [unbeaten, won] : [null, null];
}

function update() {
  let gone = 0;
  for (const box of boxes.values()) {
    const radios = [...box.querySelectorAll("input[type=radio]")];
    const before = radios.find((radio) => radio.checked)?.value;
    comers(box, radios).forEach((comer, index) => {
      const radio = radios[index];
      if (comer === undefined || radio.value === (comer?.id ?? "")) return;
      const who = radio.nextElementSibling;
      radio.value = comer?.id ?? "";
      radio.disabled = !comer;
      who.replaceChildren(...(comer ? [...comer.nodes].map((node) => node.cloneNode(true)) : [who.dataset.hint]));
    });
    for (const radio of radios) radio.checked = Boolean(before) && radio.value === before;
    if (before && !radios.some((radio) => radio.checked)) gone += 1;
  }
  const inputs = [...form.querySelectorAll("input[type=radio], option")];
  made.textContent = made.textContent.replace(/^\d+/, elsewhere + [...boxes.values()].filter(picked).length);
  unsaved.hidden = inputs.every((input) => !input.value || saved(input) === chosen(input));
  say.hidden = !gone;
  say.textContent = gone === 1 ? "One later pick did not follow any more and is open again." : `${gone} later picks did not follow any more and are open again.`;
}

if (form) {
  for (const box of form.querySelectorAll("[data-match]")) boxes.set(box.dataset.match, box);
  const before = [...form.querySelectorAll("input[type=radio], option")].filter((input) => input.value && saved(input));
  elsewhere = parseInt(made.textContent, 10) - before.length;
  form.addEventListener("change", update);
  // What the browser filled in after going back.
  window.addEventListener("pageshow", update);
}
