/* Keys for looking at documents: the arrows turn pages, with Shift they go to the document before or after. The links they
   follow stand in the page and work without this. */
"use strict";

addEventListener("keydown", (event) => {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key], at = event.target;
  if (!step || event.altKey || event.ctrlKey || event.metaKey || at.matches("input, select, textarea, summary")) return;
  const sheet = at.closest(".page-window"), isWide = sheet && sheet.scrollWidth > sheet.clientWidth;
  if (isWide && !event.shiftKey) return; // there the arrows move what is seen
  const isAfter = step > 0 === (document.dir !== "rtl");
  const link = document.querySelector(`[data-key="${event.shiftKey ? "document" : "page"}-${isAfter ? "after" : "before"}"]`);
  if (link) { event.preventDefault(); link.click(); }
});
