/* An update from the field on a bad line. What is ticked and typed is kept under a number, sealed with a key that only the portal knows,
   until it is sent; photos are not. Sending goes on by itself, always with the number of the form, so that nothing is done twice. */
"use strict";

{
  const form = document.getElementById("draft"), place = document.getElementById("sending");
  const MARK = "draft-", DAYS = 7 * 864e5, LARGE = 1e6, SIDE = 2560;
  const memory = (use) => { try { return use(localStorage); } catch { return null; } };
  const erase = (name) => memory((kept) => kept.removeItem(MARK + name));

  for (const name of document.getElementById("sent")?.dataset.places.split(" ") ?? []) erase(name);
  memory((kept) => {
    for (const key of Object.keys(kept)) if (key.startsWith(MARK) && !(parseInt(kept[key]) + DAYS > Date.now())) kept.removeItem(key);
  });

  if (form && place) {
    const words = place.dataset, [status, again] = place.children, { place: name, key: secret } = form.dataset;
    const bytes = (hex) => Uint8Array.from(hex.match(/../g), (two) => parseInt(two, 16));
    const hex = (data) => [...data].map((one) => one.toString(16).padStart(2, "0")).join("");
    const key = crypto.subtle?.importKey("raw", bytes(secret), "AES-GCM", false, ["encrypt", "decrypt"]);
    const boxes = [...form.querySelectorAll("[name=steps]")], { number, kind, words: text } = form.elements;
    let turn = Promise.resolve(), isSending = false, isRenewed = false, wait = 1, wake;

    const say = (told, isBad = false, isAsking = false) => {
      place.hidden = !told;
      place.classList.toggle("bad", isBad);
      if (status.textContent !== told) status.textContent = told;
      again.hidden = !isAsking;
    };

    /* ---- The draft ---- */

    const typed = () => JSON.stringify({
      number: number.value, kind: kind.value, words: text.value, steps: boxes.filter((box) => box.checked).map((box) => box.value),
    });
    const keep = () => {
      if (!key) return;
      turn = turn.then(async () => {
        const iv = crypto.getRandomValues(new Uint8Array(12));
        const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await key, new TextEncoder().encode(typed()));
        memory((kept) => { kept[MARK + name] = `${Date.now()} ${hex(iv)} ${hex(new Uint8Array(sealed))}`; });
      });
    };
    const bring = async () => {
      const [, iv, sealed] = memory((kept) => kept[MARK + name])?.split(" ") ?? [];
      if (!key || !sealed) return;
      try {
        const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: bytes(iv) }, await key, bytes(sealed));
        const was = JSON.parse(new TextDecoder().decode(plain));
        [number.value, kind.value, text.value] = [was.number, was.kind, was.words];
        for (const box of boxes) box.checked ||= was.steps.includes(box.value);
        say(words.back);
      } catch { erase(name); }
    };
    if (form.dataset.new === "True") bring();
    for (const moment of ["input", "change"]) form.addEventListener(moment, keep);
    addEventListener("offline", () => isSending || say(words.kept, true));
    addEventListener("online", () => {
      if (isSending) wake?.();
      else say("");
    });

    /* ---- Sending ---- */

    const smaller = async (file) => {
      if (!file.type.startsWith("image/") || file.size < LARGE) return file;
      try {
        const picture = await createImageBitmap(file), share = Math.min(1, SIDE / Math.max(picture.width, picture.height));
        const canvas = document.createElement("canvas");
        [canvas.width, canvas.height] = [picture.width * share, picture.height * share];
        canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
        const blob = await new Promise((go) => canvas.toBlob(go, "image/jpeg", 0.85));
        return blob && blob.size < file.size ? new File([blob], file.name, { type: "image/jpeg" }) : file;
      } catch { return file; }
    };
    const gathered = async () => {
      const data = new FormData(form), photos = data.getAll("photos");
      data.delete("photos");
      for (const file of photos) data.append("photos", file.size ? await smaller(file) : file);
      return data;
    };
    const rest = (seconds) => new Promise((go) => {
      wake = go;
      setTimeout(go, seconds * 1000);
    });
    const ask = (method, body) => fetch(method === "GET" ? location.href : form.action, { method, body }).catch(() => null);
    const isHere = (answer) => new URL(answer.url).pathname.includes("/partner/");

    /* The token of a form dies with its sign-in: after a new one the page is asked for the new token. */
    const renew = async (data) => {
      const answer = await ask("GET"), page = answer?.ok && isHere(answer) ? await answer.text() : "";
      const fresh = new DOMParser().parseFromString(page, "text/html").querySelector("#draft [name=csrf_token]");
      if (fresh) for (const field of document.getElementsByName("csrf_token")) field.value = fresh.value;
      if (fresh) data.set("csrf_token", fresh.value);
      return Boolean(fresh);
    };
    /* Whether there is nothing more to do on this page. */
    const heard = async (answer, data) => {
      if (answer.ok && answer.redirected && isHere(answer)) {
        await turn;
        erase(name);
        dispatchEvent(new Event("seen"));
        location.replace(answer.url);
        return true;
      }
      if (isHere(answer) && (answer.status !== 400 || isRenewed)) {
        form.submit();  /* what is wrong is told by the page itself */
        return true;
      }
      isRenewed = await renew(data);
      if (isRenewed) return false;
      say(words.out, true, true);
      await rest(3600);
      isRenewed = await renew(data);
      return false;
    };
    const send = async () => {
      isSending = form.inert = true;
      say(words.sending);
      const data = await gathered();
      for (let isOver = false; !isOver;) {
        const answer = await ask("POST", data);
        if (answer && answer.status < 500 && answer.status !== 429) {
          wait = 1;
          isOver = await heard(answer, data);
        } else {
          say(navigator.onLine ? words.failed : words.waiting, true, true);
          await rest(wait);
          wait = Math.min(30, wait * 2);
        }
        if (!isOver) say(words.sending);
      }
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      keep();
      if (!isSending) send();
    });
    again.addEventListener("click", () => wake?.());
  }
}
