/* The counsellor's list. It looks now and then whether it has changed, seldom when nothing does and never when nobody can see it; and keys
   walk through it while a case in it has the focus. Without this script the list is a list of links and buttons. */
"use strict";

if (document.getElementById("list")) {
  const LEAST = 10000, MOST = 160000;
  const list = () => document.getElementById("list");
  const links = () => [...list().querySelectorAll(".case-link")];
  let wait = LEAST, timer, row = 0;

  /* ---- What is no list never takes the place of the list: of a look it is left out, of a case that was not taken it stands above. ---- */

  addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.target.id !== "list" || detail.serverResponse.includes('id="list"')) return;
    detail.shouldSwap &&= detail.requestConfig.verb === "post";
    detail.target = document.getElementById("said");
    detail.swapOverride = "innerHTML";
  });

  /* ---- Looking again. What comes back in the place of the list keeps the focus: the links have names of their own. ---- */

  const look = async () => {
    const { again, seen } = list().dataset;
    await htmx.ajax("GET", again, { target: "#list", swap: "outerHTML" }).catch(() => {});
    wait = list().dataset.seen === seen ? Math.min(wait * 2, MOST) : LEAST;
  };
  const plan = () => {
    clearTimeout(timer);
    if (self.htmx && !document.hidden) timer = setTimeout(() => look().then(plan), wait);
  };
  addEventListener("visibilitychange", () => {
    wait = LEAST;
    plan();
  });
  for (const sign of ["keydown", "pointerdown"]) addEventListener(sign, () => {
    if (wait === LEAST) return;
    wait = LEAST;
    plan();
  });
  plan();

  /* ---- Keys. A letter alone does something only inside the list, and not in a field (WCAG 2.1.4). ---- */

  const here = () => links().findIndex((link) => link.closest("tr").contains(document.activeElement));
  const isInside = () => here() >= 0 || document.activeElement === list();
  const go = (number) => {
    const all = links();
    all[Math.max(0, Math.min(number, all.length - 1))]?.focus();
  };
  const KEYS = {
    j: (at) => go(at + 1),
    k: (at) => go(at - 1),
    a: (at) => links()[at]?.closest("tr").querySelector(".taking button")?.click(),
  };
  addEventListener("keydown", (event) => {
    const at = here(), act = KEYS[event.key];
    if (!isInside() || !act || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    act(at);
  });

  /* Who took a case goes on with the next one, which has come up in its place. */
  addEventListener("submit", () => { row = here(); });
  addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.requestConfig?.verb === "post" && row >= 0) go(row);
  });
}
