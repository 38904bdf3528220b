// The colours of every page, as they were chosen on any of them: set before anything is drawn.
(() => {
  const KEY = "theme";
  const root = document.documentElement;
  const more = matchMedia("(prefers-contrast: more)");
  const choice = () => document.querySelector("[data-colours]");
  let chosen = "";
  const dress = () => {
    const theme = chosen || (more.matches ? "contrast" : "");
    if (theme) root.dataset.theme = theme;
    else delete root.dataset.theme;
  };
  const read = () => {
    try {
      const kept = localStorage.getItem(KEY) ?? "";
      chosen = /^(light|dark|contrast|colour-blind)$/.test(kept) ? kept : "";
    } catch {
      // Without storage the choice lasts as long as the page.
    }
    dress();
    if (choice()) choice().value = chosen;
  };
  read();
  root.classList.add("js");
  more.addEventListener("change", dress);
  document.addEventListener("DOMContentLoaded", () => {
    read();
    // After the first paint: to ask where something is before would lay the page out twice.
    requestAnimationFrame(() => setTimeout(present));
  });
  // Tabs that do not fit are scrolled to the one that is open.
  function present() {
    for (const here of document.querySelectorAll(".tabs [aria-current]")) {
      const row = here.parentElement;
      row.scrollLeft += here.getBoundingClientRect().left - row.getBoundingClientRect().left - (row.clientWidth - here.clientWidth) / 2;
    }
  }
  // Other tabs and pages gone back to follow.
  addEventListener("storage", read);
  addEventListener("pageshow", ({ persisted }) => persisted && read());
  document.addEventListener("change", ({ target }) => {
    if (target !== choice()) return;
    chosen = target.value;
    dress();
    try {
      localStorage.setItem(KEY, chosen);
    } catch {
      // As above.
    }
  });
})();
