/* The ways out: leave quickly, and the end of a sign-in that nobody uses. All of it also works without this script, less swiftly. */
"use strict";

const root = document.documentElement, way = document.getElementById("leave");

/* htmx writes down where one is, for a history that it does not keep here. */
try { sessionStorage.clear(); } catch { /* not even allowed to be empty */ }

function blank() {
  root.hidden = true;
  document.title = new URL(way.dataset.to).host;
}

/* ---- Leave quickly. Nothing waits for the line: the browser sends the goodbye by itself while it goes on. ---- */

function leave() {
  blank();
  fetch(way.action, { method: "POST", keepalive: true }).catch(() => {});
  location.replace(way.dataset.to);
}

way.addEventListener("submit", (event) => {
  event.preventDefault();
  leave();
});

/* Shift three times, each alone: with another key or a pointer it is writing, or the choice of a language. */
const soon = document.getElementById("soon");
let presses = 0, isAlone = false, forget;

function count(times) {
  presses = times;
  clearTimeout(forget);
  if (times === 3) return leave();
  soon.textContent = times === 2 ? _("Press Shift 1 more time to leave") : "";
  if (times) forget = setTimeout(count, 2000, 0);
}
function other() {
  isAlone = false;
  if (presses) count(0);
}

addEventListener("keydown", (event) => {
  if (event.key === "Shift" && !event.ctrlKey && !event.altKey && !event.metaKey) isAlone = isAlone || !event.repeat;
  else other();
});
addEventListener("keyup", (event) => {
  if (event.key === "Shift" && isAlone) count(presses + 1);
});
addEventListener("pointerdown", other);

/* The page was turned (static/saving.js): in other languages it is the same one. */
addEventListener("turned", () => {
  for (const other of document.querySelectorAll(".languages a")) other.href = other.pathname.replace(/^(\/[a-z]+).*/, "$1") + location.pathname.replace(/^\/[a-z]+/, "") + location.search;
});

/* A page that the browser kept as it was: it may be somebody else who goes back to it. */
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  blank();
  location.reload();
});

/* ---- The time of rest. The clock is the wall's: a phone that slept comes back to a page whose time is over. ---- */

const clock = document.getElementById("clock");
if (clock?.showModal) {
  const seconds = (name) => clock.dataset[name] * 1000, asked = document.getElementById("stay");
  /* A moment later than the portal: when this page goes to the door, it must be shut. */
  const born = Date.now() + 2000, ends = born + seconds("ends");
  const touched = new Set(), tabs = window.BroadcastChannel && new BroadcastChannel("seen");
  let over = Math.min(born + seconds("left"), ends), isNoted = false, isOver = false, timer;

  document.body.classList.remove("rests");
  document.querySelector(".closed").hidden = true;
  addEventListener("input", ({ target }) => {
    if (target.form?.id === "answers" || target.matches("textarea") && target.form?.method === "post") touched.add(target.form);
  });

  const post = (form, headers) => fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), headers, keepalive: true }).catch(() => null);
  const keep = () => Promise.all([...touched].filter((form) => form.isConnected).map((form) => post(form, { "Only-Keep": "yes" })));

  const warn = () => {
    const isLast = over === ends && !!document.getElementById("noted");
    for (const part of clock.querySelectorAll(".idle, .last")) part.hidden = part.classList.contains("last") !== isLast;
    keep();
    clock.showModal();
  };
  const end = async () => {
    isOver = true;
    blank();
    await Promise.race([keep(), new Promise((go) => setTimeout(go, 3000))]);
    location.replace(clock.dataset.over);
  };
  const tick = () => {
    clearTimeout(timer);
    const left = over - Date.now(), before = left - seconds("warned");
    if (isOver) return;
    if (left <= 0) return end();
    if (before <= 0 && !clock.open && !isNoted) warn();
    timer = setTimeout(tick, before > 0 ? before : left);
  };
  const goOn = (until) => {
    over = Math.max(over, Math.min(until, ends));
    if (clock.open && over - Date.now() > seconds("warned")) clock.close();
    tick();
  };
  const seen = (until) => {
    goOn(until);
    tabs?.postMessage(over);
  };
  const stay = async () => {
    if (over === ends) {
      isNoted = true;
      return clock.close();
    }
    const answer = await post(asked, { "HX-Request": "true" });
    if (answer?.headers.has("HX-Redirect")) end();
    else if (answer?.ok) seen(Date.now() + seconds("whole"));
  };

  asked.addEventListener("submit", (event) => {
    event.preventDefault();
    stay();
  });
  document.getElementById("noted")?.addEventListener("click", stay);
  clock.addEventListener("cancel", (event) => {
    event.preventDefault();
    stay();
  });
  /* The portal writes down once a minute that somebody is there. */
  const used = () => seen(Date.now() + seconds("whole") - 60000);
  addEventListener("seen", used);
  addEventListener("turned", () => {
    const door = new URL(clock.dataset.over, location);
    door.searchParams.set("next", location.pathname + location.search);
    clock.dataset.over = door.pathname + door.search;
    touched.clear();
    used();
  });
  addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful && event.detail.requestConfig.triggeringEvent) used();
  });
  for (const back of ["visibilitychange", "focus", "pageshow"]) addEventListener(back, tick);
  if (tabs) tabs.onmessage = (event) => goOn(event.data);
  seen(over);
}

/* Addresses of uploads that are over (static/sending.js). */
try {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith("upload-") && parseInt(localStorage[key]) + 6048e5 < Date.now()) localStorage.removeItem(key);
  }
} catch { /* nothing may be kept here, so nothing is */ }

/* What is wrong with a page is read first. */
document.getElementById("errors")?.focus();
