// What the desk can do better with a script; every page works without it.
"use strict";

const all = (selector) => [...document.querySelectorAll(selector)];
for (const one of all(".scripted")) one.hidden = false;
for (const one of all(".unscripted")) one.hidden = true;

// Installed, it says so humanely where there is no network; in a tab that is left to the browser.
if (matchMedia("(display-mode: standalone)").matches) navigator.serviceWorker?.register("/sw.js");

// Copying: the text is selected as well, so that it can be copied by hand where the browser refuses.
const finished = document.getElementById("text");
if (finished) finished.select();
for (const one of all("[data-copies]")) one.addEventListener("click", copy);

function copy(event) {
  const field = document.getElementById(event.currentTarget.dataset.copies);
  const told = document.getElementById("copied");
  field.select();
  const done = navigator.clipboard ? navigator.clipboard.writeText(field.value) : Promise.reject(new Error());
  done.then(
    () => { told.textContent = "Copied."; },
    () => { told.textContent = document.execCommand("copy") ? "Copied." : "Copy the selected text."; },
  );
}

// Keys in the inbox: j and k go from review to review, c takes one, / searches.
const cards = () => all(".cards > li > article");
const isTyping = (node) => node.matches("input, textarea, select, [contenteditable]");

if (document.querySelector("[data-keys]")) document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const here = cards().findIndex((card) => card.contains(document.activeElement));
  const go = { j: () => focus(here + 1), k: () => focus(here - 1), c: () => take(here), "/": search }[event.key];
  if (!go) return;
  event.preventDefault();
  go();
});

function focus(number) {
  const places = cards().map((card) => card.querySelector("h2 a"));
  places[Math.max(0, Math.min(number, places.length - 1))]?.focus();
}

function take(here) {
  cards()[here]?.querySelector("form[data-takes] button")?.click();
}

function search() {
  const field = document.getElementById("q");
  field?.closest("details")?.setAttribute("open", "");
  field?.focus();
}

// What is new is told beside the page, and asked for only while somebody can see it.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden && event.detail.elt.matches("[data-polls]")) event.preventDefault();
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.elt.id === "list") event.detail.elt.focus();
});
document.addEventListener("click", (event) => {
  if (event.target.matches("[data-later]")) event.target.closest("[data-polls]").remove();
});
