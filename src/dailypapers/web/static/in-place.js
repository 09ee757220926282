// Loads htmx when someone is about to use it: it is larger than most pages, and most readers only read.
// A form or link that is used before it has come waits for it; should it not come, they do what they always do.
"use strict";
(() => {
  const address = document.currentScript.dataset.htmx;
  let coming;
  const load = () =>
    (coming ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = address;
      script.onload = resolve;
      script.onerror = reject;
      document.head.append(script);
    }));
  for (const kind of ["pointerover", "focusin"]) {
    document.addEventListener(kind, (event) => {
      if (event.target.closest?.("[hx-post], [hx-get]")) load().catch(() => {});
    });
  }
  document.addEventListener("submit", (event) => {
    const { submitter: button, target: form } = event;
    if (!(button?.hasAttribute("hx-post") || (button && form.hasAttribute("hx-post"))) || window.htmx) return;
    event.preventDefault();
    load().then(
      () => button.click(),
      () => {
        form.action = button.formAction;
        if (button.name) form.append(Object.assign(document.createElement("input"), { name: button.name, value: button.value }));
        form.submit();
      },
    );
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[hx-get]");
    if (!link || window.htmx || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    load().then(
      () => link.click(),
      () => location.assign(link.href),
    );
  });
})();
