// Keys for those who like them: / searches, j and k move, o opens, [ and ] turn to the neighbouring list,
// ? lists the keys. Everything they do can be done without them.
"use strict";
(() => {
  const dialog = document.querySelector("#keys");
  // Where a finger is all there is, nobody can press a key.
  if (matchMedia("(any-hover: hover)").matches) document.querySelector("#keys-hint")?.removeAttribute("hidden");
  // Looked up at each key: results of a search take the place of others while the page stays.
  const current = () => document.querySelector(".paper.current");
  const move = (step) => {
    const papers = [...document.querySelectorAll(".paper")];
    if (!papers.length) return;
    const before = current();
    before?.classList.remove("current");
    const at = Math.min(Math.max((before ? papers.indexOf(before) : -1) + step, 0), papers.length - 1);
    papers[at].classList.add("current");
    papers[at].scrollIntoView({ block: "nearest" });
    papers[at].querySelector("h2 a").focus({ preventScroll: true });
  };
  const follow = (relation) => document.querySelector(`a[rel~="${relation}"]`)?.click();
  const search = () => {
    const box = document.querySelector("#query");
    box?.focus();
    box?.select();
  };
  const actions = {
    "/": search,
    j: () => move(1),
    k: () => move(-1),
    o: () => current()?.querySelector("h2 a").click(),
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
