// Shows what rings, opens its page, and says so humanely where there is no network. It keeps one page of ours
// that is the same for everybody; no review, no name and no answer is ever put into its cache.
"use strict";

const KEPT = "shopbell-1"; // another name whenever what is kept changes
const OFFLINE = "/offline";
const SHELL = [OFFLINE, "/static/desk.css", "/static/bell.svg"];
const ICON = "/static/bell-192.png";

self.addEventListener("install", (event) => {
  event.waitUntil(keep().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOthers().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const asked = event.request;
  if (asked.method !== "GET") return;
  const { origin, pathname } = new URL(asked.url);
  if (asked.mode === "navigate") event.respondWith(fetch(asked).catch(() => caches.match(OFFLINE)));
  else if (origin === self.location.origin && SHELL.includes(pathname)) {
    event.respondWith(fetch(asked).catch(() => caches.match(pathname)));
  }
});

self.addEventListener("push", (event) => {
  const told = read(event.data);
  const { title, body, tag, path } = told;
  event.waitUntil(self.registration.showNotification(title, {
    body, tag, renotify: Boolean(tag), icon: ICON, lang: "en", dir: "auto", data: { path },
  }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data?.path));
});

// Some browsers change a subscription by themselves; the old one then takes no more messages.
self.addEventListener("pushsubscriptionchange", (event) => {
  event.waitUntil(self.registration.showNotification("This browser rings no more", {
    body: "It changed its subscription. Open this to ring here again.", tag: "ended", icon: ICON,
    data: { path: "/phone" },
  }));
});

async function keep() {
  const cache = await caches.open(KEPT);
  await cache.addAll(SHELL.map((path) => new Request(path, { cache: "reload", credentials: "omit" })));
}

async function forgetOthers() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== KEPT).map((name) => caches.delete(name)));
}

// A push must show something, also where we do not understand it: else the browser takes the right away.
function read(data) {
  try {
    const { title, body, tag, path } = data.json();
    return { title: String(title), body: String(body), tag: String(tag), path: String(path) };
  } catch {
    return { title: "Shopbell", body: "Something rang. Open the desk to read it.", tag: "", path: "/" };
  }
}

// Never into a window that is open elsewhere: something half typed may stand in it.
async function open(path) {
  const there = new URL(path ?? "/", self.location.origin);
  const address = there.origin === self.location.origin ? there.href : self.location.origin;
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const open = windows.find((one) => one.url === address);
  return open ? open.focus() : self.clients.openWindow(address);
}
