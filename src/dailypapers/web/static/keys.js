// Keys for those who like them: j and k move, o opens, [ and ] turn to the neighbouring list, ? lists the keys.
// Everything they do can be done without them.
"use strict";
(() => {
  const papers = [...document.querySelectorAll(".paper")];
  const dialog = document.querySelector("#keys");
  // Where a finger is all there is, nobody can press a key.
  if (matchMedia("(any-hover: hover)").matches) document.querySelector("#keys-hint")?.removeAttribute("hidden");
  let at = -1;
  const move = (step) => {
    if (!papers.length) return;
    papers[at]?.classList.remove("current");
    at = Math.min(Math.max(at + step, 0), papers.length - 1);
    const title = papers[at].querySelector("h2 a");
    papers[at].classList.add("current");
    papers[at].scrollIntoView({ block: "nearest" });
    title.focus({ preventScroll: true });
  };
  const follow = (relation) => document.querySelector(`a[rel~="${relation}"]`)?.click();
  const actions = {
    j: () => move(1),
    k: () => move(-1),
    o: () => papers[at]?.querySelector("h2 a").click(),
    "[": () => follow("prev"),
    "]": () => follow("next"),
    "?": () => dialog?.showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    if (dialog?.open) return;
    const action = actions[event.key];
    if (action) {
      action();
      event.preventDefault();
    }
  });
})();
