/** Pairing, step by step: the service's address, the short code, and waiting until she has typed it into the desk. */

import type { Standing } from "../background/answer";
import { originOf, patternOf } from "../background/origin";
import type { Shown } from "../background/pairing";
import { api } from "../browser";
import { ask, troubleOf } from "../ui/ask";
import { button, el } from "../ui/el";
import { say, sayTrouble } from "../ui/say";
import type { Options } from "./main";

export function pairingPart(standing: Standing, page: Options): HTMLElement {
  return standing.pairing ? waitingPart(standing.pairing, page) : addressPart(standing.only, page);
}

function addressPart(only: string | null, page: Options): HTMLElement {
  const address = el("input", { id: "address", type: "url", inputmode: "url", autocomplete: "url", required: true, value: only, readonly: only !== null });
  const label = el("input", { id: "label", type: "text", maxlength: "60", autocomplete: "off", value: say("label_start") });
  const form = el(
    "form",
    { novalidate: true },
    el("h2", {}, say("pair_title")),
    el("p", {}, say("pair_how")),
    el("label", { for: "address" }, say("pair_address")),
    address,
    el("label", { for: "label" }, say("pair_label")),
    label,
    el("div", { class: "acts" }, el("button", { class: "deed" }, say("pair_begin"))),
  );
  form.addEventListener("submit", (event) => (event.preventDefault(), begin(address, label.value, page)), { signal: page.signal });
  return form;
}

/** The permission is asked for in the press itself: a browser refuses it any later. */
function begin(address: HTMLInputElement, label: string, page: Options): void {
  const origin = originOf(address.value);
  if (!origin) {
    address.setAttribute("aria-invalid", "true");
    page.say(say("pair_bad_address"));
    return address.focus();
  }
  const granted = api.permissions.request({ origins: [patternOf(origin)] });
  void granted.then((yes) => (yes ? page.run(() => start(origin, label)) : page.say(say("pair_not_granted"))));
}

async function start(origin: string, label: string): Promise<null> {
  await ask<Shown, "pair_start">("pair_start", { origin, label });
  return null;
}

function waitingPart({ user_code, verify_url, interval, until }: Shown, page: Options): HTMLElement {
  wait(interval, until, page);
  return el(
    "section",
    {},
    el("h2", {}, say("pair_title")),
    el("p", {}, say("pair_type_code")),
    el("p", { class: "code", id: "code" }, user_code),
    el("p", {}, el("a", { href: verify_url, target: "_blank", rel: "noopener noreferrer" }, say("pair_open_desk"))),
    el("p", { class: "quiet" }, say("pair_until", new Date(until).toLocaleTimeString())),
    el("div", { class: "acts" }, button(say("cancel"), () => page.run(cancel), page.signal)),
  );
}

/** Asks again while this page is open; the worker may come and go as it likes. */
function wait(interval: number, until: number, page: Options): void {
  const timer = setInterval(() => void look(until, page), interval * 1_000);
  page.signal.addEventListener("abort", () => clearInterval(timer), { once: true });
}

async function look(until: number, page: Options): Promise<void> {
  try {
    const polled = await ask<string, "pair_poll">("pair_poll", {});
    if (polled === "paired") page.run(async () => say("paired_now"));
    if (polled === "pending" && Date.now() > until) page.run(cancel);
  } catch (error) {
    const trouble = troubleOf(error);
    if (trouble.kind === "unreachable" || trouble.kind === "slow") page.say(sayTrouble(trouble));
    else page.run(async () => sayTrouble(trouble));
  }
}

async function cancel(): Promise<string> {
  await ask("pair_cancel", {});
  return say("pair_cancelled");
}
