/**
 * The popup: the open reviews that a reply may be put in for wherever the cursor is, what was posted, and what the
 * page shows. It opens by a press on the toolbar (or its key), and that press alone lets us into the tab.
 */

import type { Me } from "../answers";
import type { Standing } from "../background/answer";
import { api } from "../browser";
import type { Told } from "../trouble";
import { ask, troubleOf } from "../ui/ask";
import { button, el } from "../ui/el";
import { say, sayTrouble } from "../ui/say";
import { anywherePart } from "./anywhere";
import { capturePart } from "./capture";
import { postedPart } from "./posted";
import { isLocked, stationPart } from "./station";
import { type Tab, activeTab } from "./tab";

/** What the parts of the popup may ask of it. */
export interface Popup {
  readonly tab: Tab;
  readonly signal: AbortSignal;
  say(words: string): void;
  /** Runs what may meet trouble, and says it. */
  run(work: () => Promise<string | null>): void;
  draw(): void;
}

const said = document.querySelector<HTMLElement>("#said") as HTMLElement;
const parts = document.querySelector<HTMLElement>("#parts") as HTMLElement;
let drawn = new AbortController();

document.documentElement.lang = api.i18n.getUILanguage();
parts.replaceChildren(el("p", { class: "quiet" }, say("one_moment"))); // a browser that has just begun takes seconds
void draw();

async function draw(): Promise<void> {
  drawn.abort();
  drawn = new AbortController();
  const { signal } = drawn;
  const tab = await activeTab();
  const page: Popup = { tab, signal, say: tell, run, draw: () => void draw() };
  try {
    const standing = await ask<Standing, "state">("state", {});
    if (!standing.origin) return parts.replaceChildren(notPaired(page));
    const me = await ask<Me, "me">("me", {});
    parts.replaceChildren(...(await shown(standing, me, page)));
  } catch (error) {
    parts.replaceChildren(inTrouble(troubleOf(error), page));
  }
}

async function shown(standing: Standing, me: Me, page: Popup): Promise<readonly HTMLElement[]> {
  const station = me.station ? [stationPart(me.station, page)] : [];
  const waiting = standing.waiting ? [el("p", { class: "quiet" }, say("waiting", standing.waiting))] : [];
  if (isLocked(me)) return [...station, ...waiting, optionsRow(page)];
  const capture = me.capture ? [await capturePart(page, standing.granted)] : [];
  return [...station, ...postedPart(standing, page), await anywherePart(me, page), ...capture, ...waiting, optionsRow(page)];
}

function notPaired(page: Popup): HTMLElement {
  return el("div", {}, el("p", {}, say("not_paired_how")), optionsRow(page, say("pair_title"), "deed"));
}

function inTrouble(trouble: Told, page: Popup): HTMLElement {
  const again = button(say("again"), () => page.draw(), page.signal);
  return el("div", {}, el("p", { role: "status" }, sayTrouble(trouble)), el("div", { class: "acts" }, again), optionsRow(page));
}

function optionsRow(page: Popup, words = say("open_options"), look = ""): HTMLElement {
  const open = button(words, () => void api.runtime.openOptionsPage(), page.signal, { class: look });
  return el("div", { class: "acts" }, open);
}

function run(work: () => Promise<string | null>): void {
  void work()
    .catch((error: unknown) => sayTrouble(troubleOf(error)))
    .then((words) => (words === null ? undefined : tell(words)));
}

function tell(words: string): void {
  said.textContent = words;
  said.scrollIntoView({ block: "nearest" });
}
