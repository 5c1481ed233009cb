/* Shows the buttons that print the page. Without this script the browser's own menu does it. */
"use strict";

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
