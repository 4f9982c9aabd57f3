// Letting this browser ring, and no more: it asks its person first, and says why where it cannot.
"use strict";

const form = document.querySelector("[data-ring]");
const applies = navigator.standalone !== undefined && !navigator.standalone; // Safari on iPhone, in a tab

function why() {
  if (!window.isSecureContext) return "insecure";
  if (!("PushManager" in window) || !("serviceWorker" in navigator)) return applies ? "home" : "unable";
  return Notification.permission === "denied" ? "denied" : "";
}

function say(name) {
  for (const one of document.querySelectorAll("[data-why]")) one.hidden = one.dataset.why !== name;
}

async function subscribed() {
  const registration = await navigator.serviceWorker?.getRegistration("/");
  return registration?.pushManager?.getSubscription() ?? null;
}

async function ring(event) {
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  say("asking");
  try {
    await subscribe();
    form.submit();
  } catch {
    say(why() || (Notification.permission === "granted" ? "failed" : "unasked"));
    button.disabled = false;
  }
}

async function subscribe() {
  if (await Notification.requestPermission() !== "granted") throw new Error();
  await navigator.serviceWorker.register("/sw.js");
  const { pushManager } = await navigator.serviceWorker.ready;
  const key = bytes(form.dataset.ring);
  const before = await pushManager.getSubscription();
  if (before && !isFor(before, key)) await before.unsubscribe();
  const made = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  form.elements.subscription.value = JSON.stringify(made);
}

function isFor(subscription, key) {
  const its = subscription.options?.applicationServerKey;
  return Boolean(its) && String(new Uint8Array(its)) === String(key);
}

function bytes(base64url) {
  const base64 = base64url.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

// Which of her browsers this one is: the page knows each by a hash of its address, never by the address.
async function findHere() {
  const subscription = await subscribed();
  if (!subscription) return;
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(subscription.endpoint));
  const mark = [...new Uint8Array(hash)].map((one) => one.toString(16).padStart(2, "0")).join("").slice(0, 32);
  const here = document.querySelector(`[data-mark="${mark}"]`);
  if (!here) return;
  here.querySelector("[data-here]").hidden = false;
  here.querySelector("[data-remove]").addEventListener("submit", async (event) => {
    event.preventDefault();
    const { target } = event;
    await subscription.unsubscribe().catch(() => {});
    target.submit();
  });
  if (here.hasAttribute("data-rings")) form.hidden = true;
}

if (form) {
  form.hidden = why() !== "";
  say(why());
  form.addEventListener("submit", ring);
  if (window.isSecureContext) findHere();
}
