/* Saving one can believe. While somebody writes, each changed field is sent; with its button, the page. What a dead line does not take is
   sent again, the very same first, so that a lost answer is no other writer. Every page works without this script. */
"use strict";

const form = document.getElementById("answers"), place = document.getElementById("saving");

if (form && place) {
  const words = place.dataset, [status, again] = place.children, seen = form.elements.seen;
  const typed = () => {
    const fields = new URLSearchParams(new FormData(form));
    fields.delete("seen");
    return fields.toString();
  };
  let last = typed(), unanswered = null, isPressed = false, isRunning = false, isGone = false, wait = 1, wake;

  const say = (text, isBad = false) => {
    place.hidden = false;
    place.classList.toggle("bad", isBad);
    if (status.textContent !== text) status.textContent = text;
    again.hidden = !isBad;
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
  }).catch(() => null);

  /* What the portal said: true when there is nothing more to do on this page. */
  const heard = async (answer, what) => {
    const next = answer.headers.get("Go-On"), isOurs = answer.headers.get("Content-Type")?.startsWith("text/plain");
    if (next) location.assign(next);
    else if (answer.status === 204) location.reload();
    else if (what.isPage) form.submit();
    else {
      if (answer.ok) seen.value = answer.headers.get("Seen") ?? seen.value;
      say(isOurs ? await answer.text() : words.failed, !answer.ok && !isOurs);
      if (answer.ok) dispatchEvent(new Event("seen"));
      last = what.typed;
      return false;
    }
    return true;
  };

  const run = async () => {
    if (isRunning || isGone) return;
    isRunning = true;
    while (isPressed || unanswered || typed() !== last) {
      unanswered ??= { typed: typed(), fields: new URLSearchParams(new FormData(form)), isPage: isPressed };
      const answer = await post(unanswered);
      if (answer && answer.status < 500 && answer.status !== 429) {
        wait = 1;
        isGone = await heard(answer, unanswered);
        unanswered = null;
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

  /* The warning takes the pointer out of a field: nobody is there, so the end of the sign-in is not put off (static/leaving.js). */
  const warning = document.getElementById("clock");
  form.addEventListener("change", () => warning?.open || run());
  warning?.addEventListener("close", run);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    isPressed = true;
    say(words.saving);
    wake?.();
    run();
  });
  again.addEventListener("click", () => {
    last = null;
    wake?.();
    run();
  });
  addEventListener("online", () => {
    wake?.();
    run();
  });
  addEventListener("offline", () => {
    if (unanswered || typed() !== last) say(words.offline, true);
  });
}
