// Small comforts; everything works without them.
"use strict";
const look = (root) => (root.querySelector ? root.querySelector("[data-focus]") : null)?.focus();
addEventListener("DOMContentLoaded", () => look(document));
document.addEventListener("htmx:afterSettle", (event) => look(event.detail.elt));
// An answer that is not ours (a proxy's) must not replace what was typed.
document.addEventListener("htmx:beforeSwap", (event) => {
  const answer = event.detail.xhr;
  if (answer.status >= 400 && answer.status !== 422 && !answer.getResponseHeader("HX-Reswap")) event.detail.shouldSwap = false;
});
// The line is down: say so beside the form, where everything typed still stands.
const offline = (down) => document.querySelectorAll("[data-offline]").forEach((note) => { note.hidden = !down; });
document.addEventListener("htmx:sendError", () => offline(true));
document.addEventListener("htmx:afterOnLoad", () => offline(false));
