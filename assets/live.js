// Keeps pages fresh.
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const one = (selector, root = document) => root.querySelector(selector);
let format;
// What the reader or a script has put there, and no answer of the server takes away.
const KEPT = /^(style|tabindex|open)$/;
const MARKS = /^((on|may|has)-path|found|chosen|changed|zoomed|b-off|dragging)$/;

function localTimes(root) {
  // It takes 25 ms to make one: not while a page opens.
  format ??= new Intl.DateTimeFormat([], { dateStyle: "medium", timeStyle: "short" });
  for (const time of all("time", root)) {
    const text = format.format(new Date(time.dateTime));
    if (time.textContent.endsWith("UTC")) time.textContent = text;
    else time.title = text;
  }
}

// Rows of tables stay where they are, and say something else: so nothing moves when places change.
function nameOf(node) {
  const { keep, match, stage } = node.dataset ?? {};
  const name = node.id || keep || match || stage || node.classList?.[0];
  return node.nodeName + (node.nodeName === "TR" || MARKS.test(name) ? "" : name);
}

// Makes a part of the page what the server says now, and touches nothing that is so already.
function renew(old, fresh, changed) {
  if (old.isEqualNode(fresh)) return;
  // Another text in its place is nothing that moves; the same with other words would be.
  if (old.nodeType !== 1) return old.replaceWith(fresh);
  if ("liveState" in old.dataset) return;
  const label = old.ariaLabel;
  for (const { name } of [...old.attributes]) {
    if (!KEPT.test(name) && name !== "class" && !fresh.hasAttribute(name)) old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (!KEPT.test(name) && name !== "class" && old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  const marks = [...old.classList].filter((name) => MARKS.test(name));
  const look = [...fresh.classList, ...marks].join(" ");
  if ((old.getAttribute("class") ?? "") !== look) old.setAttribute("class", look);
  if (old.dataset.match && old.ariaLabel !== label) changed.push(old);
  // Lists whose order would change keep it before the reader's eyes.
  if ("steady" in old.dataset) {
    const places = [...old.children].map(nameOf);
    const place = (node) => (places.indexOf(nameOf(node)) + 1) || 1e9;
    fresh.replaceChildren(...[...fresh.children].sort((a, b) => place(a) - place(b)));
  }
  let at = old.firstChild;
  for (const next of [...fresh.childNodes]) {
    let same = at;
    while (same && nameOf(same) !== nameOf(next)) same = same.nextSibling;
    if (same) {
      while (at !== same) {
        const gone = at;
        at = at.nextSibling;
        gone.remove();
      }
      at = same.nextSibling;
      renew(same, next, changed);
    } else {
      old.insertBefore(next, at);
      if (next.nodeType === 1) changed.push(...all("[data-match]", next));
    }
  }
  while (at) {
    const gone = at;
    at = at.nextSibling;
    gone.remove();
  }
}

async function refresh(host) {
  const answer = await fetch(host.dataset.fragmentUrl);
  // It has another address, or is gone: what is there now says so.
  if (answer.status === 404) location.reload();
  if (!answer.ok) throw 0;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = one("#live", page), old = one("#live", host);
  if (!(+fresh?.dataset.revision > +old.dataset.revision)) return;
  localTimes(fresh);
  const changed = [];
  renew(old, fresh, changed);
  for (const node of changed) {
    node.classList.remove("changed");
    requestAnimationFrame(() => node.classList.add("changed"));
  }
  const news = [...new Set(changed.map((node) => node.ariaLabel))];
  one("[data-live-say]").textContent = news[3] ? `${news.length} matches changed` : news.join(". ");
  host.dispatchEvent(new Event("fresh"));
}

function follow(host) {
  let wait = 1e3, pause = 2e3, busy, again, due;
  const show = (on) => {
    const textContent = on ? "updates by itself" : "reconnecting";
    Object.assign(one(".pulse", host), { textContent, hidden: false }).dataset.on = +on;
  };
  const changed = async () => {
    due = 0;
    // Nobody looks: that can wait until somebody does.
    again = true;
    if (busy || document.hidden) return;
    busy = true;
    while (again) {
      again = false;
      await refresh(host).then(() => {
        pause = 2e3;
        show(true);
      }, () => {
        show(false);
        due ||= setTimeout(changed, pause * (.5 + Math.random()));
        pause = Math.min(pause * 2, 6e4);
      });
    }
    busy = false;
  };
  // Where many watch, the server says over how long they are to spread.
  const hear = ({ data }) => {
    const { revision, spread } = JSON.parse(data);
    if (revision > +one("#live", host).dataset.revision) due ||= setTimeout(changed, Math.random() * spread);
  };
  const connect = () => {
    const feed = new EventSource(host.dataset.liveUrl);
    feed.onopen = () => {
      wait = 1e3;
      show(true);
    };
    feed.addEventListener("hello", hear);
    feed.addEventListener("changed", hear);
    feed.onerror = () => {
      feed.close();
      show(false);
      setTimeout(reconnect, wait * (.5 + Math.random()));
      wait = Math.min(wait * 2, 6e4);
    };
  };
  const reconnect = async () => {
    const answer = await fetch(host.dataset.fragmentUrl, { method: "HEAD" }).catch(() => 0);
    if (answer.status === 404) location.reload();
    else connect();
  };
  document.addEventListener("visibilitychange", () => again && changed());
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
setTimeout(localTimes, 0, document);
document.addEventListener("fresh", ({ target }) => localTimes(target));
all("[data-live-url]").forEach(follow);
one("form[data-autosubmit]")?.submit();
