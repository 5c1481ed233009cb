/* Photos and files: seen before they are sent, made smaller, and sent in pieces (tus 1.0), so that a lost line, a reload or a night costs
   nothing. The pages work without it; a file then goes whole, with its form. */
"use strict";

const MOST = 8388608, LEAST = 16384, LONGEST = 2400, MARK = "upload-";

/* What is remembered of an upload: its address, which only its sender can use, under a number that tells nothing. */
const memory = (use) => { try { return use(localStorage); } catch { return null; } };
const step = (sum, one) => Math.imul(sum ^ one, 16777619);
const hash = (text) => [...text].reduce((sum, one) => step(sum, one.codePointAt()), 2166136261) >>> 0;
const base64 = (text) => btoa(String.fromCodePoint(...new TextEncoder().encode(text)));
const language = document.documentElement.lang;
const said = (bytes, unit) => `${(Math.max(1, Math.round(bytes / 1e5)) / 10).toLocaleString(language)}\u00a0${unit}`;

/* Pictures of what was sent from this page, by the number of the page: the server shows none before its check. */
const pictures = new Map();

/* ---- Before it is sent ------------------------------------------------------------------------------------------- */

/* The photo as it is seen: turned the right way, without where and when it was taken, and not larger than can be read. */
async function prepare(item) {
  let bitmap;
  if (item.file.size > 2e7) return;  /* an old phone has not so much room */
  try { bitmap = await createImageBitmap(item.file, { imageOrientation: "from-image" }); } catch { return; }
  const draw = (canvas, longest) => {
    const scale = Math.min(1, longest / Math.max(bitmap.width, bitmap.height)), brush = canvas.getContext("2d");
    [canvas.width, canvas.height] = [bitmap.width, bitmap.height].map((side) => Math.max(1, Math.round(side * scale)));
    brush.fillStyle = "#fff";
    brush.fillRect(0, 0, canvas.width, canvas.height);
    brush.imageSmoothingQuality = "high";
    brush.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  };
  draw(item.picture, 320);
  item.picture.hidden = false;
  const canvas = document.createElement("canvas");
  draw(canvas, LONGEST);
  bitmap.close();
  const small = await new Promise((go) => canvas.toBlob(go, "image/jpeg", 0.85));
  canvas.width = canvas.height = 0;
  if (!small || small.size >= item.file.size) return;
  item.small = small;
  /* Another browser makes other bytes of the same photo: those must not go on where these stopped. */
  item.sum = new Uint8Array(await small.arrayBuffer()).reduce(step, 2166136261) >>> 0;
}

/* What was chosen in a form, in order. */
function listed(form) {
  if (form.items) return form.items;
  const box = form.querySelector(".chosen"), [list, choice, sum] = box.children, submit = form.querySelector(".actions .button");
  const tick = choice.firstElementChild, words = submit.textContent, { more, pages, each } = form.dataset, isAlone = [more, pages, each].every((one) => one === undefined);
  const items = form.items = Object.assign([], { tick });
  items.busy = Promise.resolve();
  items.data = (item) => (tick.checked && item.small) || item.file;
  items.show = () => {
    box.hidden = !items.length;
    list.replaceChildren(...items.map((item) => item.row));
    items.forEach((item, place) => {
      item.title.textContent = items.length > 1 && each === undefined ? box.dataset.page.replace("{}", place + 1) : "";
      item.size.textContent = said(items.data(item).size, box.dataset.unit);
    });
    choice.hidden = !items.some((item) => item.small);
    const all = items.reduce((all, item) => all + items.data(item).size, 0);
    sum.textContent = box.dataset.uses.replace("{}", said(all, box.dataset.unit));
    submit.textContent = items.length > 1 && !pages && each === undefined ? submit.dataset.several : words;
  };
  items.drop = (item) => {
    items.splice(items.indexOf(item), 1);
    items.show();
  };
  items.add = (file) => {
    const row = document.createElement("li"), picture = document.createElement("canvas"), about = document.createElement("p");
    const [title, name, size] = ["strong", "bdi", "span"].map((kind) => document.createElement(kind));
    const bar = document.createElement("progress"), drop = document.createElement("button");
    const item = { file, row, picture, title, size, bar, drop };
    picture.hidden = bar.hidden = true;
    [bar.max, bar.value] = [1, 0];
    bar.setAttribute("aria-label", form.querySelector(".upload").dataset.bar);
    name.textContent = file.name;
    size.className = "soft";
    about.append(title, " ", name, " ", size);
    [drop.type, drop.className, drop.textContent] = ["button", "button quiet small", box.dataset.remove];
    drop.onclick = () => items.drop(item);
    row.append(picture, about, bar, drop);
    if (isAlone || form.dataset.instead) items.length = 0;
    items.push(item);
    items.busy = items.busy.then(() => prepare(item)).then(items.show);
    items.show();
  };
  tick.onchange = items.show;
  return items;
}

addEventListener("change", (event) => {
  const input = event.target, form = input.form;
  if (input.type !== "file" || !form?.dataset.upload) return;
  const items = listed(form);
  for (const past of form.querySelectorAll(".errors, .wrong")) past.remove();
  for (const file of input.files) items.add(file);
  input.value = "";  /* the same file can be chosen again */
});

/* ---- Sending ----------------------------------------------------------------------------------------------------- */

/* The line of one form: what it says, and how it waits, pauses and goes on. */
function lineOf(form) {
  const box = form.querySelector(".upload"), [status, share, stop] = box.children, words = box.dataset;
  const line = { words, isPaused: false, request: null, wake: () => {} };
  line.say = (text) => { if (status.textContent !== text) status.textContent = text; };
  line.run = (isRunning) => {
    box.hidden = false;
    form.querySelector(".actions").hidden = form.querySelector(".ways").hidden = isRunning;
    share.hidden = stop.hidden = !isRunning;
    form.items.tick.disabled = isRunning;
    for (const item of form.items) [item.drop.hidden, item.bar.hidden] = [isRunning, !isRunning];
  };
  line.show = (item, part) => {
    item.bar.value = part;
    share.textContent = part.toLocaleString(language, { style: "percent" });
  };
  line.rest = (seconds) => new Promise((go) => {
    line.wake = go;
    setTimeout(go, seconds * 1000);
    addEventListener("online", go, { once: true });
  });
  stop.onclick = () => {
    line.isPaused = !line.isPaused;
    [stop.textContent, words.other] = [words.other, stop.textContent];
    if (line.isPaused) { line.say(words.paused); line.request?.abort(); } else line.wake();
  };
  line.ask = (method, address, headers, body, moved) => new Promise((answer) => {
    const request = line.request = new XMLHttpRequest();
    request.open(method, address);
    request.timeout = 120000;
    headers = { "Tus-Resumable": "1.0.0", "Accept-Language": language, ...headers };
    for (const name in headers) request.setRequestHeader(name, headers[name]);
    if (body) request.upload.onprogress = (event) => moved(event.loaded);
    request.onloadend = () => answer(request);
    request.send(body);
  });
  return line;
}

/* One file, until all of it is there: true; false when it cannot be, and why was said; null when the page goes. */
async function sendOne(form, line, item) {
  const data = form.items.data(item), names = ["kind", "case", "milestone", "payment", "talk", "line"];
  const fields = names.map((name) => [name, form.elements[name]?.value]);
  fields.push(["pages", form.dataset.pages], ["instead", form.dataset.instead]);
  const metadata = [["filename", item.file.name], ...fields].filter((pair) => pair[1]);
  const isSmall = data !== item.file;
  const key = MARK + hash([fields, item.file.name, data.size, isSmall ? item.sum : item.file.lastModified].join());
  let address = memory((kept) => kept[key].split(" ")[1]), at = null, safe = 0, piece = LEAST * 4, wait = 1;

  const next = () => {
    if (!address) {
      const about = metadata.map(([name, text]) => `${name} ${base64(text)}`).join();
      return line.ask("POST", form.dataset.upload, { "Upload-Length": data.size, "Upload-Metadata": about });
    }
    if (at === null) return line.ask("HEAD", address);
    const from = at, headers = { "Upload-Offset": from, "Content-Type": "application/offset+octet-stream" };
    const moved = (bytes) => line.show(item, Math.min(1, (from + bytes) / data.size));
    return line.ask("PATCH", address, headers, data.slice(from, from + piece), moved);
  };
  while (at !== data.size) {
    while (line.isPaused) await line.rest(3600);
    line.say(line.words.sending);
    const isPiece = address && at !== null, begun = performance.now(), answer = await next(), code = answer.status;
    at = null;
    if (code >= 200 && code < 300) {
      address = answer.getResponseHeader("Location") ?? address;
      item.page = answer.getResponseHeader("Upload-Page") ?? item.page;
      at = safe = +answer.getResponseHeader("Upload-Offset");
      memory((kept) => { kept[key] = `${Date.now()} ${address}`; });
      dispatchEvent(new Event("seen"));
      line.show(item, at / data.size);
      /* A piece is what a line carries in a second or two: so little is lost when it breaks. */
      const fits = piece * Math.min(8, 1500 / (performance.now() - begun));
      if (isPiece) piece = Math.round(Math.max(LEAST, Math.min(MOST, fits)));
      wait = 1;
      continue;
    }
    line.show(item, safe / data.size);  /* what was on its way is not there */
    if (address && (code === 404 || code === 410)) [address, safe] = [null, 0];
    else if (code === 401) return location.reload(), null;
    else if (code >= 400 && code < 500 && ![408, 409, 423, 429].includes(code)) {
      if (code === 413 || code === 415) form.items.drop(item);
      line.run(false);
      line.say(answer.getResponseHeader("Content-Type")?.startsWith("text/plain") && answer.response || line.words.failed);
      return false;
    } else if (code !== 409 && !line.isPaused) {
      if (code !== 423) line.say(line.words.waiting);
      await line.rest(wait);
      [piece, wait] = [Math.max(LEAST, piece >> 1), Math.min(30, wait * 2)];
    }
  }
  memory((kept) => kept.removeItem(key));
  if (item.page) pictures.set(item.page, item.picture);
  return true;
}

/* Another page, without losing what is in hand: its main part takes the place of this one. */
async function go(answer) {
  const page = new DOMParser().parseFromString(await answer.text(), "text/html"), main = page.getElementById("main");
  const isOurs = !answer.redirected || /\/pages\/\d+$/.test(new URL(answer.url).pathname);
  if (!main || !isOurs) return location.assign(answer.url);
  document.getElementById("main").replaceWith(main);
  if (answer.redirected || answer.url !== location.href) history.pushState(null, "", answer.url);
  window.htmx?.process(main);
  prepareForms();
  paint();
}

/* The form of a new gathering, with what was chosen; null when the page says why there is none. */
async function together(form) {
  const fields = new FormData(form), { items } = form, line = lineOf(form);
  fields.delete("file");
  fields.set("more", "1");
  line.run(true);
  line.say(line.words.sending);
  const answer = await fetch(form.action, { method: "POST", body: fields }).catch(() => null);
  if (!answer) {
    line.run(false);
    line.say(line.words.failed);
    return null;
  }
  await go(answer);
  const next = document.querySelector("form[data-pages]");
  if (!next) return null;
  listed(next).tick.checked = items.tick.checked;
  for (const item of items) next.items.add(item.file);
  return next;
}

async function send(form) {
  if (form.items.length > 1 && !form.dataset.pages && !("each" in form.dataset)) form = await together(form);
  if (!form) return;
  const line = lineOf(form), items = form.items;
  for (const past of form.querySelectorAll(".errors, .wrong, [data-begun]")) past.remove();
  line.run(true);
  await items.busy;
  for (const item of [...items]) {
    item.isSent ||= await sendOne(form, line, item);
    if (!item.isSent) return;
  }
  line.say(line.words.sent);
  if (!form.dataset.pages) return location = form.dataset.after;
  const answer = await fetch(form.dataset.after).catch(() => null);
  if (answer) await go(answer); else location = form.dataset.after;
}

addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.dataset.upload || !form.items?.length) return;
  event.preventDefault();
  const { kind } = form.elements;
  if (kind?.value === "") {
    const line = lineOf(form);
    line.run(false);
    line.say(line.words.kind);
    return kind.focus();
  }
  if (event.submitter?.name === "more") together(form).then((next) => next && send(next));
  else send(form);
});

/* ---- The page ---------------------------------------------------------------------------------------------------- */

function paint() {
  for (const place of document.querySelectorAll("canvas[data-page]")) {
    const picture = pictures.get(place.dataset.page);
    if (!picture || picture.hidden || picture === place) continue;
    picture.dataset.page = place.dataset.page;
    place.replaceWith(picture);
  }
}

function prepareForms() {
  const ways = document.querySelector("form[data-upload] .ways");
  ways?.classList.add("handy");
  if (ways) ways.firstElementChild.hidden = !navigator.maxTouchPoints;  /* a desk has no camera that looks down */
  for (const input of document.querySelectorAll("form[data-more] [type=file], form[data-each] [type=file], form[data-pages]:not([data-instead]) [type=file]")) {
    input.multiple = !input.hasAttribute("capture");
  }
  const begun = memory((kept) => Object.keys(kept).some((key) => key.startsWith(MARK)));
  const hint = document.querySelector("[data-begun]");
  if (begun && hint) hint.hidden = false;
}

addEventListener("popstate", () => location.reload());
document.addEventListener("htmx:afterSettle", paint);
prepareForms();
