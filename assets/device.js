// Looks, as often as the device asks, whether somebody has decided. Without this the page loads
// itself again.
const find = (root) => root.querySelector("#device");

async function look(old) {
  const answer = await fetch("/device");
  if (!answer.ok) throw answer;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = find(page);
  // Signed out, or ended in another tab.
  if (!fresh) return location.reload();
  if (fresh.dataset.state === old.dataset.state) return old;
  document.title = page.title;
  old.replaceWith(fresh);
  fresh.focus();
  return fresh;
}

let device = find(document);
while (device?.dataset.seconds) {
  const now = device;
  await new Promise((done) => setTimeout(done, now.dataset.seconds * 1000));
  device = await look(now).catch(() => now);
}
