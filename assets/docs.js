// The pages of the API work without this; it filters as one types and opens what a link leads to.
const form = document.querySelector("[data-docs-filter]");
const field = form?.querySelector("input");
const lines = [...document.querySelectorAll("[data-find]")];
const parts = [...document.querySelectorAll("[data-docs-part]")];
const status = document.querySelector(".docs-found");

function filter() {
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const line of lines) line.hidden = !words.every((word) => line.dataset.find.includes(word));
  for (const part of parts) part.hidden = !part.querySelector("[data-find]:not([hidden])");
  const found = new Set(lines.filter((line) => !line.hidden).map((line) => line.dataset.find)).size;
  status.textContent = words[0] ? `${found} operation${found === 1 ? "" : "s"} found.` : "";
}

function open() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target?.matches("details")) target.open = true;
}

// What the server left out cannot come back here: then the form goes on asking the server.
if (form && !new URLSearchParams(location.search).get("q")) {
  field.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.querySelector("button").hidden = true;
  if (field.value) filter();
}
addEventListener("hashchange", open);
open();
