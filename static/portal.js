/* What every page behind the door does: see what is wrong first, and forget what is too old. Every page works without it. */
"use strict";

/* Addresses of uploads that are over (static/sending.js). */
try {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith("upload-") && parseInt(localStorage[key]) + 6048e5 < Date.now()) localStorage.removeItem(key);
  }
} catch { /* nothing may be kept here, so nothing is */ }

document.getElementById("errors")?.focus();
