// Pages work without this; it makes them fresh and local.
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const one = (selector, root = document) => root.querySelector(selector);
const format = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

function localTimes(root) {
  for (const time of all("time[datetime]", root)) {
    const text = format.format(new Date(time.dateTime));
    if (time.textContent.endsWith("UTC")) time.textContent = text;
    else time.title = text;
  }
}

async function refresh(host) {
  const answer = await fetch(host.dataset.fragmentUrl);
  if (!answer.ok) throw answer;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = one("#live", page), old = one("#live", host);
  if (!fresh || +fresh.dataset.revision <= +old.dataset.revision) return;
  const label = (node) => node.getAttribute("aria-label");
  const before = new Map(all("[data-match]", old).map((node) => [node.dataset.match, label(node)]));
  const frames = all("[data-keep-scroll]", old).map((node) => [node.scrollLeft, node.matches(":focus")]);
  localTimes(fresh);
  old.replaceWith(fresh);
  all("[data-keep-scroll]", fresh).forEach((node, i) => {
    const [left, focused] = frames[i] ?? [0];
    node.scrollLeft = left;
    if (focused) node.focus({ preventScroll: true });
  });
  const changed = all("[data-match]", fresh).filter((node) => before.get(node.dataset.match) !== label(node));
  changed.forEach((node) => node.classList.add("changed"));
  one("[data-live-say]").textContent = changed[3] ? `${changed.length} matches changed` : changed.map(label).join(". ");
}

function follow(host) {
  let wait = 1000, busy, again;
  const show = (on) => {
    const textContent = on ? "updates by itself" : "reconnecting";
    Object.assign(one("[data-live-state]", host), { textContent, hidden: false }).dataset.on = +on;
  };
  const changed = async () => {
    again = true;
    if (busy) return;
    busy = true;
    while (again) {
      again = false;
      await refresh(host).then(() => show(true), () => {
        show(false);
        setTimeout(changed, 2 * wait);
      });
    }
    busy = false;
  };
  const connect = () => {
    const source = new EventSource(host.dataset.liveUrl);
    source.onopen = () => { wait = 1000; changed(); };
    source.addEventListener("changed", changed);
    source.onerror = () => {
      source.close();
      show(false);
      setTimeout(connect, wait * (0.5 + Math.random()));
      wait = Math.min(wait * 2, 6e4);
    };
  };
  connect();
}

for (const button of navigator.clipboard ? all("[data-copy]") : []) {
  const content = [...button.childNodes];
  button.hidden = false;
  button.onclick = async () => {
    await navigator.clipboard.writeText(one("#" + button.dataset.copy).textContent);
    button.textContent = "Copied";
    setTimeout(() => button.replaceChildren(...content), 2000);
  };
}
localTimes(document);
all("[data-live-url]").forEach(follow);
one("form[data-autosubmit]")?.submit();
