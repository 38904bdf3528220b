// Keeps pages fresh.
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const one = (selector, root = document) => root.querySelector(selector);
const format = new Intl.DateTimeFormat([], { dateStyle: "medium", timeStyle: "short" });

function localTimes(root) {
  for (const time of all("time", root)) {
    const text = format.format(new Date(time.dateTime));
    if (time.textContent.endsWith("UTC")) time.textContent = text;
    else time.title = text;
  }
}

async function refresh(host) {
  const answer = await fetch(host.dataset.fragmentUrl);
  if (!answer.ok) throw 0;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = one("#live", page), old = one("#live", host);
  if (!(+fresh?.dataset.revision > +old.dataset.revision)) return;
  const label = (node) => node.ariaLabel;
  const had = new Set(all("[data-match]", old).map(label));
  const look = (node) => [node.open, node.scrollLeft, node.scrollTop, node.matches(":focus-within")];
  const was = new Map(all("[data-keep]", old).map((node) => [node.dataset.keep, look(node)]));
  localTimes(fresh);
  old.replaceWith(fresh);
  for (const node of all("[data-keep]", fresh)) {
    const [open, left, top, focus] = was.get(node.dataset.keep) ?? look(node);
    node.open = open;
    node.scrollTo(left, top);
    if (focus) (one("summary", node) ?? node).focus({ preventScroll: true });
  }
  const changed = all("[data-match]", fresh).filter((node) => !had.has(label(node)));
  for (const node of changed) node.classList.add("changed");
  const news = [...new Set(changed.map(label))];
  one("[data-live-say]").textContent = news[3] ? `${news.length} matches changed` : news.join(". ");
}

function follow(host) {
  let wait = 1e3, busy, again;
  const show = (on) => {
    const textContent = on ? "updates by itself" : "reconnecting";
    Object.assign(one(".pulse", host), { textContent, hidden: false }).dataset.on = +on;
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
    const feed = new EventSource(host.dataset.liveUrl);
    feed.onopen = () => { wait = 1e3; changed(); };
    feed.addEventListener("changed", changed);
    feed.onerror = () => {
      feed.close();
      show(false);
      setTimeout(connect, wait * (.5 + Math.random()));
      wait = Math.min(wait * 2, 6e4);
    };
  };
  connect();
}

for (const button of navigator.clipboard ? all("[data-copy]") : []) {
  const text = button.innerHTML;
  button.hidden = false;
  button.onclick = async () => {
    await navigator.clipboard.writeText(one("#" + button.dataset.copy).textContent);
    button.textContent = "Copied";
    setTimeout(() => (button.innerHTML = text), 2e3);
  };
}
localTimes(document);
all("[data-live-url]").forEach(follow);
one("form[data-autosubmit]")?.submit();
