// Says so when results that were asked for while typing did not come; Enter asks for them as a page.
"use strict";
for (const failure of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(failure, () => {
    document.querySelector("#said").textContent = "The results did not come. Press Enter to try again.";
  });
}
