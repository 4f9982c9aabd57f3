/** A desk station: a browser many share. Who uses it says so by name and PIN; after five minutes it asks again. */

import type { Me } from "../answers";
import { ask } from "../ui/ask";
import { button, el } from "../ui/el";
import { say } from "../ui/say";
import type { Popup } from "./main";

const LONGEST = 60 * 60 * 1_000; // ms; a timer beyond 24 days fires at once

type Station = NonNullable<Me["station"]>;

export function isLocked({ station }: Me): boolean {
  return station !== null && (station.unlocked === null || Date.parse(station.unlocked.until) <= Date.now());
}

export function stationPart(station: Station, page: Popup): HTMLElement {
  const { unlocked } = station;
  if (!unlocked || Date.parse(unlocked.until) <= Date.now()) return locked(station, page);
  lockAt(unlocked.until, page);
  const lock = button(say("station_lock"), () => page.run(() => locking(page)), page.signal);
  return el("section", {}, el("p", {}, say("station_open", station.label, unlocked.name)), el("div", { class: "acts" }, lock));
}

function locked({ label, people }: Station, page: Popup): HTMLElement {
  const who = el("select", { id: "who" }, ...people.map((one) => el("option", { value: String(one.id) }, one.name)));
  const pin = el("input", { id: "pin", type: "password", inputmode: "numeric", autocomplete: "off", maxlength: "12" });
  const form = el(
    "form",
    { novalidate: true },
    el("h2", {}, say("station_locked", label)),
    el("label", { for: "who" }, say("station_who")),
    who,
    el("label", { for: "pin" }, say("station_pin")),
    pin,
    el("div", { class: "acts" }, el("button", { class: "deed" }, say("station_unlock"))),
  );
  const unlock = (event: Event): void => {
    event.preventDefault();
    const typed = pin.value;
    pin.value = "";
    page.run(async () => {
      await ask("unlock", { person: Number(who.value), pin: typed });
      page.draw();
      return say("station_unlocked");
    });
  };
  form.addEventListener("submit", unlock, { signal: page.signal });
  return form;
}

async function locking(page: Popup): Promise<string> {
  await ask("lock", {});
  page.draw();
  return say("station_locked_now");
}

/** The service locks by its own clock; a popup that is still open then shows it. */
function lockAt(until: string, page: Popup): void {
  const left = Math.min(Math.max(0, Date.parse(until) - Date.now()), LONGEST);
  const timer = setTimeout(() => page.draw(), left);
  page.signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
}
