// Small comforts; everything works without them.
"use strict";
const look = (root) => (root.querySelector ? root.querySelector("[data-focus]") : null)?.focus();
addEventListener("DOMContentLoaded", () => look(document));
document.addEventListener("htmx:afterSettle", (event) => look(event.detail.elt));
// A new row takes the cursor from the button in whose place it came, and from nothing else.
document.addEventListener("htmx:afterSettle", ({ detail: { elt } }) => {
  if (elt.matches?.("[data-line]") && document.activeElement === document.body) elt.querySelector("input, select, textarea")?.focus();
});
// What is chosen or typed while a search is under way stays in its answer.
const fields = (root) => [...root.querySelectorAll(":is(input, select, textarea)[id]")];
const ticks = (field) => field.type === "radio" || field.type === "checkbox";
const said = (field) => (ticks(field) ? field.checked : field.value);
const asked = new WeakMap();
const typed = new WeakMap();
document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (detail.requestConfig.verb === "get") asked.set(detail.xhr, new Map(fields(detail.target).map((field) => [field.id, said(field)])));
});
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const before = asked.get(detail.xhr);
  if (before) typed.set(detail.xhr, fields(detail.target).filter((field) => before.get(field.id) !== said(field)));
});
document.addEventListener("htmx:afterSwap", ({ detail }) => typed.get(detail.xhr)?.forEach((old) => {
  const now = document.getElementById(old.id);
  if (now && ticks(now) && now.value === old.value) now.checked = old.checked;
  else if (now && !ticks(now)) now.value = old.value;
}));
// An answer that is not ours (a proxy's) must not replace what was typed.
document.addEventListener("htmx:beforeSwap", (event) => {
  const answer = event.detail.xhr;
  if (answer.status >= 400 && answer.status !== 422 && !answer.getResponseHeader("HX-Reswap")) event.detail.shouldSwap = false;
});
// The line is down: say so beside the form, where everything typed still stands.
const offline = (down) => document.querySelectorAll("[data-offline]").forEach((note) => { note.hidden = !down; });
document.addEventListener("htmx:sendError", () => offline(true));
document.addEventListener("htmx:afterOnLoad", () => offline(false));
