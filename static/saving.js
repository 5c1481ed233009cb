/* Saving one can believe. A moment after somebody changed a field, what is written so far is sent; with the button, the page, and the next
   one is the answer. What a dead line does not take is sent again, the very same first, so that a lost answer is no other writer. Every
   page works without this script. */
"use strict";

{
  /* The frame of an older page may not know that the sign-in ends soon: parts/clock.html. */
  const SOON = 700, AN_HOUR = 36e5;
  /* Put into the language of the page by portal/web/static.py. */
  const words = {
    saving: _("Saving"),
    saved: _("Saved %(time)s"),
    kept: _("Kept %(time)s, not complete yet"),
    failed: _("Not saved yet"),
    offline: _("You are offline. What you wrote stays here and is sent when the line is back."),
  };
  let form, place, status, again, seen, last, unanswered, isPressed, isGone, isRunning = false, wait = 0.5, wake, soon;

  const typed = () => {
    const fields = new URLSearchParams(new FormData(form));
    fields.delete("seen");
    return fields.toString();
  };
  const say = (text, isBad = false) => {
    place.hidden = false;
    place.classList.toggle("bad", isBad);
    if (status.textContent !== text) status.textContent = text;
    again.hidden = !isBad;
  };
  const kept = (isWhole) => {
    const time = new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
    say((isWhole ? words.saved : words.kept).replace("%(time)s", time));
    dispatchEvent(new Event("seen"));
  };
  const rest = (seconds) => new Promise((go) => {
    wake = go;
    setTimeout(go, seconds * 1000);
  });
  const post = (what) => fetch(form.action, {
    method: "POST",
    body: what.fields,
    keepalive: true,
    headers: { Saving: what.isPage ? "page" : "fields", "Accept-Language": document.documentElement.lang },
    signal: AbortSignal.timeout?.(60000),
  }).then(async (answer) => ({ answer, text: await answer.text() })).catch(() => null);

  /* The next page in the frame of this one, or this one with what is wrong in it. */
  const turn = (text, to) => {
    const page = new DOMParser().parseFromString(text, "text/html"), main = page.getElementById("main");
    document.getElementById("main").replaceWith(main);
    document.title = page.title;
    if (to) history.pushState(null, "", to);
    begin();
    dispatchEvent(new Event("turned"));
    scrollTo(0, 0);
    (document.getElementById("errors") ?? main).focus({ preventScroll: !!to });
  };

  /* What the portal said: true when there is nothing more to do on this page. */
  const heard = ({ answer, text }, what) => {
    const next = answer.headers.get("Go-On"), isOurs = answer.headers.get("Content-Type")?.startsWith("text/plain");
    const isPage = answer.ok || answer.status === 422 || answer.status === 409;
    if (what.isPage && isPage && text && (!next || performance.now() < AN_HOUR)) turn(text, next);
    else if (next) location.assign(next);
    else if (answer.status === 204) location.reload();
    else if (what.isPage) form.submit();
    else {
      seen.value = answer.headers.get("Seen") ?? seen.value;
      if (answer.ok && isOurs) kept(answer.status === 200);
      else say(isOurs ? text : words.failed, !isOurs);
      last = what.typed;
      return false;
    }
    return !text;
  };

  const run = async () => {
    clearTimeout(soon);
    if (isRunning || isGone || !form) return;
    isRunning = true;
    while (isPressed || unanswered || typed() !== last) {
      unanswered ??= { typed: typed(), fields: new URLSearchParams(new FormData(form)), isPage: isPressed };
      const said = await post(unanswered), code = said?.answer.status;
      if (said && code < 500 && code !== 429) {
        const what = unanswered;
        [unanswered, wait] = [null, 0.5];
        isGone = heard(said, what);
        if (isGone) break;
      } else {
        say(navigator.onLine ? words.failed : words.offline, true);
        await rest(wait);
        wait = Math.min(30, wait * 2);
        say(words.saving);
      }
    }
    isRunning = false;
  };
  const now = () => {
    wake?.();
    run();
  };

  function begin() {
    [form, place] = [document.getElementById("answers"), document.getElementById("saving")];
    if (!form || !place) return form = null;
    [status, again, seen] = [document.createElement("p"), document.createElement("button"), form.elements.seen];
    status.setAttribute("role", "status");
    Object.assign(again, { type: "button", className: "button quiet small", hidden: true, textContent: _("Try again") });
    place.replaceChildren(status, again);
    [last, unanswered, isPressed, isGone] = [typed(), null, false, false];

    /* Whoever goes on at once needs one answer, not two. The warning takes the pointer out of a field: nobody is there, so the end of the
       sign-in is not put off (static/leaving.js). */
    form.addEventListener("change", () => {
      clearTimeout(soon);
      if (!document.getElementById("clock")?.open) soon = setTimeout(run, SOON);
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      isPressed = true;
      say(words.saving);
      now();
    });
    again.addEventListener("click", () => {
      last = null;
      now();
    });
  }

  begin();
  document.getElementById("clock")?.addEventListener("close", run);
  document.addEventListener("visibilitychange", () => document.hidden && run());
  addEventListener("online", now);
  addEventListener("offline", () => {
    if (form && (unanswered || typed() !== last)) say(words.offline, true);
  });

  /* The way back through pages that were turned: each is loaded, as it stands now. */
  let here = location.pathname + location.search;
  addEventListener("turned", () => { here = location.pathname + location.search; });
  addEventListener("popstate", () => location.pathname + location.search !== here && location.reload());
}
