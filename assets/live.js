// Everything works without this file: it keeps a live page fresh, copies secrets and shows local time.
const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

function localTimes(root) {
  const format = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
  for (const time of $$("time[datetime]", root)) {
    const at = new Date(time.dateTime);
    if (isNaN(at)) continue;
    if (time.textContent.endsWith("UTC")) time.textContent = format.format(at);
    else time.title = format.format(at);
  }
}

function labels(root) {
  return new Map($$("[data-match]", root).map((node) => [node.dataset.match, node.getAttribute("aria-label")]));
}

async function refresh(host) {
  const answer = await fetch(host.dataset.fragmentUrl, { headers: { accept: "text/html" } });
  if (!answer.ok) throw new Error(answer.status);
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("live");
  const old = $("#live", host);
  if (!fresh || Number(fresh.dataset.revision) <= Number(old.dataset.revision)) return;
  const before = labels(old);
  const scrolls = new Map($$("[data-keep-scroll]", old).map((node) => [node.dataset.keepScroll, node.scrollLeft]));
  const focused = document.activeElement?.closest?.("[data-keep-scroll]")?.dataset.keepScroll;
  localTimes(fresh);
  old.replaceWith(fresh);
  for (const node of $$("[data-keep-scroll]", fresh)) {
    node.scrollLeft = scrolls.get(node.dataset.keepScroll) ?? 0;
    if (focused === node.dataset.keepScroll) node.focus({ preventScroll: true });
  }
  const said = [];
  for (const node of $$("[data-match]", fresh)) {
    const label = node.getAttribute("aria-label");
    if (before.get(node.dataset.match) === label) continue;
    node.classList.add("changed");
    said.push(label);
  }
  $("[data-live-say]").textContent = said.length > 3 ? `${said.length} matches changed` : said.join(". ");
}

function follow(host) {
  let wait = 1000, busy = false, again = false;
  const state = (on) => {
    const node = $("[data-live-state]", host);
    if (!node) return;
    node.hidden = false;
    node.dataset.on = on ? "1" : "0";
    node.textContent = on ? "updates by itself" : "reconnecting";
  };
  const changed = async () => {
    if (busy) { again = true; return; }
    busy = true;
    do {
      again = false;
      await refresh(host).then(() => state(true), () => state(false));
    } while (again);
    busy = false;
  };
  const connect = () => {
    const source = new EventSource(host.dataset.liveUrl);
    source.onopen = () => { wait = 1000; state(true); changed(); };
    source.addEventListener("changed", changed);
    source.onerror = () => {
      source.close();
      state(false);
      setTimeout(connect, wait * (0.5 + Math.random()));
      wait = Math.min(wait * 2, 60000);
    };
  };
  connect();
}

for (const button of $$("[data-copy]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  const text = button.innerHTML;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = "Copied";
    setTimeout(() => { button.innerHTML = text; }, 2000);
  });
}
localTimes(document);
$$("[data-live-url]").forEach(follow);
$("form[data-autosubmit]")?.submit();
