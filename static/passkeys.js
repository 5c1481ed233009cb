/* Passkeys: asks the browser to show or make one, and sends what it got as an ordinary form.
   Without this script the buttons stay hidden, and codes are the way in. */
"use strict";

{
  const RENEWED = 240000; // a challenge is good for five minutes
  const WORDS = { NotAllowedError: "stopped", InvalidStateError: "known", SecurityError: "elsewhere", NotSupportedError: "unable", ConstraintError: "unable" };
  const Key = window.PublicKeyCredential;
  const forms = [...document.querySelectorAll("[data-passkey]")];
  let isBusy = false, waiting = null;

  /* What older browsers cannot do themselves: between JSON and bytes. */
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const named = (list) => list.map((one) => ({ ...one, id: bytes(one.id) }));
  const read = {
    create: (said) => Key.parseCreationOptionsFromJSON?.(said) ?? {
      ...said, challenge: bytes(said.challenge), user: { ...said.user, id: bytes(said.user.id) }, excludeCredentials: named(said.excludeCredentials),
    },
    get: (said) => Key.parseRequestOptionsFromJSON?.(said) ?? {
      ...said, challenge: bytes(said.challenge), allowCredentials: named(said.allowCredentials),
    },
  };
  const write = (made) => {
    try { return JSON.stringify(made.toJSON()); } catch { /* an older browser, or a password manager's own */ }
    const response = {};
    for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (made.response[part]) response[part] = text(made.response[part]);
    }
    return JSON.stringify({ id: made.id, rawId: text(made.rawId), type: made.type, response });
  };

  const options = async (form) => {
    const headers = { "X-CSRFToken": form.elements.csrf_token.value };
    const answer = await fetch(form.dataset.options, { method: "POST", redirect: "manual", headers });
    const isPage = answer.type === "opaqueredirect" || answer.ok && !answer.headers.get("Content-Type").includes("json");
    if (isPage) throw new DOMException("another page comes first", "AbortError");
    if (!answer.ok) throw new Error("no options");
    return read[form.dataset.passkey](await answer.json());
  };
  const send = (form, made) => {
    form.querySelector("[data-credential]").value = write(made);
    form.submit();
  };
  const say = (form, word) => { form.querySelector("[role=status]").textContent = form.dataset[word] ?? ""; };

  const isHere = (form) => location.origin === form.dataset.origin;

  const ask = async (form) => {
    if (isBusy) return;
    if (!isHere(form)) return say(form, "elsewhere");
    isBusy = true;
    waiting?.abort();
    waiting = null;
    say(form, "asked");
    try {
      const publicKey = await options(form);
      send(form, await navigator.credentials[form.dataset.passkey]({ publicKey }));
    } catch (fault) {
      if (fault.name === "AbortError") return location.reload();
      isBusy = false;
      say(form, WORDS[fault.name] ?? "failed");
      form.querySelector("button").focus();
      if (form.dataset.fillsIn !== undefined) offer(form);
    }
  };

  /* The browser offers passkeys where the sign-in name is typed, as it does with passwords. */
  const offer = async (form) => {
    if (!isHere(form) || !await Key.isConditionalMediationAvailable?.()) return;
    const mine = waiting = new AbortController();
    try {
      const publicKey = await options(form);
      if (mine !== waiting) return;
      setTimeout(() => renew(form, mine), RENEWED);
      const made = await navigator.credentials.get({ publicKey, mediation: "conditional", signal: mine.signal });
      if (mine === waiting && !isBusy) { isBusy = true; send(form, made); }
    } catch { /* nobody asked for it, so nobody is told */ }
  };
  const renew = (form, old) => {
    if (old !== waiting) return;
    if (document.hidden) return addEventListener("visibilitychange", () => renew(form, old), { once: true });
    old.abort();
    offer(form);
  };

  const show = async (form) => {
    if (form.dataset.needsLock !== undefined && !await Key.isUserVerifyingPlatformAuthenticatorAvailable()) return;
    form.hidden = false;
    form.closest("[data-passkeys]")?.removeAttribute("hidden");
    for (const one of document.querySelectorAll("[data-no-passkeys]")) one.hidden = true;
    form.addEventListener("submit", (event) => { event.preventDefault(); ask(form); });
    if (form.dataset.fillsIn !== undefined) offer(form);
  };
  if (Key && navigator.credentials) forms.forEach(show);

  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  if (forms.length) document.getElementById("errors")?.focus();
}
