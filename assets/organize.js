// The results desk works without this; it makes it quicker.
// Enter in a score goes on set by set to the next empty field of the match; from an empty field, and from the
// last one, it reports.
document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (event.key !== "Enter" || !field.matches?.(".desk-scores input") || field.value.includes("-")) return;
  const set = ({ name }) => +name.split("_")[1] || 0;
  const fields = [...field.form.querySelectorAll(".desk-scores input")].sort((a, b) => set(a) - set(b));
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
