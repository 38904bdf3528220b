// Keeps the start page fresh: what is played is asked for again, and put in place where it has changed.
const EVERY = 3e4;
const host = document.querySelector("[data-refresh]");
let shown;

async function refresh() {
  if (document.hidden) return;
  const answer = await fetch(location.href).catch(() => undefined);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-refresh]");
  if (!fresh || fresh.innerHTML === shown) return;
  shown = fresh.innerHTML;
  // Whoever goes by keyboard stays on the link where they were.
  const at = host.contains(document.activeElement) && document.activeElement.getAttribute("href");
  host.replaceChildren(...fresh.childNodes);
  const link = at && [...host.querySelectorAll("a")].find((other) => other.getAttribute("href") === at);
  link?.focus({ preventScroll: true });
  host.dispatchEvent(new Event("fresh", { bubbles: true }));
}

if (host) {
  setInterval(refresh, EVERY);
  document.addEventListener("visibilitychange", refresh);
}
