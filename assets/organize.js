// The results desk works without this; it makes it quicker.
// Enter in a score goes on set by set to the next empty field of the match; from an empty field, and from the
// last one, it reports.
document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (event.key !== "Enter" || !field.matches?.(".desk-scores input") || field.value.includes("-")) return;
  const fields = [...field.form.querySelectorAll(".desk-scores input")];
  const next = fields.slice(fields.indexOf(field) + 1).find((other) => !other.value);
  if (!next || !field.value) return;
  event.preventDefault();
  next.focus();
});

// Says that somebody else changed something.
const line = document.querySelector("[data-desk-events]");
if (line) {
  const source = new EventSource(line.dataset.deskEvents);
  source.addEventListener("changed", () => { line.hidden = false; });
}

// Times go to the server in UTC; they are typed in the reader's own.
const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
for (const field of document.querySelectorAll('input[type="datetime-local"]')) {
  const sent = Object.assign(document.createElement("input"), { type: "hidden", name: field.name });
  const minutes = (date) => date.toISOString().slice(0, 16);
  const here = (utc) => {
    const date = new Date(utc + "Z");
    return minutes(new Date(date - date.getTimezoneOffset() * 6e4));
  };
  const read = () => { sent.value = field.value && minutes(new Date(field.value)); };
  // What a browser brought back is in the reader's time already.
  if (field.value && field.value === field.defaultValue) field.value = here(field.value.slice(0, 16));
  field.removeAttribute("name");
  field.after(sent);
  field.addEventListener("input", read);
  field.addEventListener("change", read);
  read();
  for (const label of field.labels) label.textContent = label.textContent.replace("UTC", zone.replaceAll("_", " "));
}
