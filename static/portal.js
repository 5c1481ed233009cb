/* The portal's own script: files go in pieces (tus 1.0), so that a lost line, a reload or a night costs nothing.
   Every page works without it; a file then goes whole, with its form. */
"use strict";

const MOST = 262144, LEAST = 16384, WEEK = 6048e5, MARK = "upload-";

/* What is remembered of an upload: its address, which only its sender can use, under a number that tells nothing. */
const hash = (text) => [...text].reduce((sum, one) => Math.imul(sum ^ one.codePointAt(), 16777619), 2166136261) >>> 0;
const memory = (use) => { try { return use(localStorage); } catch { return null; } };
const base64 = (text) => btoa(String.fromCodePoint(...new TextEncoder().encode(text)));

function send(form, file) {
  const box = form.querySelector(".upload"), [bar, share, stop] = box.querySelectorAll("progress, .number, button");
  const words = box.dataset, language = document.documentElement.lang, submit = form.querySelector("button:not([type])");
  const fields = ["kind", "case", "milestone", "payment"].map((name) => [name, form.elements[name]?.value]);
  const said = [["filename", file.name], ...fields].filter((pair) => pair[1]);
  const key = MARK + hash([fields, file.name, file.size, file.lastModified].join());
  let request, wake, isPaused = false, piece = MOST, wait = 1;

  const status = box.firstElementChild;
  const say = (text) => { if (status.textContent !== text) status.textContent = text; };
  const run = (isRunning) => {
    submit.hidden = isRunning;
    bar.hidden = share.hidden = stop.hidden = !isRunning;
  };
  const show = (bytes) => {
    bar.value = bytes / file.size;
    share.textContent = bar.value.toLocaleString(language, { style: "percent" });
  };
  const rest = (seconds) => new Promise((go) => {
    wake = go;
    setTimeout(go, seconds * 1000);
    addEventListener("online", go, { once: true });
  });
  const ask = (method, address, headers, body) => new Promise((answer) => {
    request = new XMLHttpRequest();
    request.open(method, address);
    request.timeout = 120000;
    headers = { "Tus-Resumable": "1.0.0", "Accept-Language": language, ...headers };
    for (const name in headers) request.setRequestHeader(name, headers[name]);
    if (body) request.upload.onprogress = (event) => show(headers["Upload-Offset"] + event.loaded);
    request.onloadend = () => answer(request);
    request.send(body);
  });
  const next = (address, at) => {
    if (!address) {
      const metadata = said.map(([name, text]) => `${name} ${base64(text)}`).join();
      return ask("POST", form.dataset.upload, { "Upload-Length": file.size, "Upload-Metadata": metadata });
    }
    if (at === null) return ask("HEAD", address);
    const headers = { "Upload-Offset": at, "Content-Type": "application/offset+octet-stream" };
    return ask("PATCH", address, headers, file.slice(at, at + piece));
  };

  stop.onclick = () => {
    isPaused = !isPaused;
    [stop.textContent, words.other] = [words.other, stop.textContent];
    if (isPaused) { say(words.paused); request.abort(); } else wake();
  };
  (async () => {
    let address = memory((kept) => kept[key].split(" ")[1]), at = null;
    for (const past of form.querySelectorAll(".errors, .wrong, [data-begun]")) past.remove();
    box.hidden = false;
    run(true);
    while (at !== file.size) {
      while (isPaused) await rest(3600);
      say(words.sending);
      const answer = await next(address, at), code = answer.status;
      at = null;
      if (code >= 200 && code < 300) {
        address = answer.getResponseHeader("Location") ?? address;
        at = +answer.getResponseHeader("Upload-Offset");
        memory((kept) => { kept[key] = `${Date.now()} ${address}`; });
        dispatchEvent(new Event("seen"));
        show(at);
        [piece, wait] = [Math.min(MOST, piece * 2), 1];
      } else if (address && (code === 404 || code === 410)) address = null;
      else if (code === 401) return location.reload();
      else if (code >= 400 && code < 500 && code !== 409) {
        run(false);
        return say(answer.getResponseHeader("Content-Type").startsWith("text/plain") && answer.response || words.failed);
      } else if (code !== 409 && !isPaused) {
        say(words.waiting);
        await rest(wait);
        [piece, wait] = [Math.max(LEAST, piece / 2), Math.min(30, wait * 2)];
      }
    }
    memory((kept) => kept.removeItem(key));
    say(words.sent);
    location = form.dataset.after;
  })();
}

addEventListener("submit", (event) => {
  const form = event.target, file = form.querySelector("[type=file]")?.files[0];
  if (!form.dataset.upload || !file?.size || !form.elements.kind.value) return;
  event.preventDefault();
  send(form, file);
});

memory((kept) => {
  const begun = Object.keys(kept).filter((key) => key.startsWith(MARK));
  for (const key of begun) if (parseInt(kept[key]) + WEEK < Date.now()) kept.removeItem(key);
  if (begun.some((key) => kept[key])) document.querySelector("[data-begun]").hidden = false;
});

document.getElementById("errors")?.focus();
