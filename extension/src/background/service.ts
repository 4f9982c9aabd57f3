/** What is asked of the service, one function a path, once the browser is paired. */

import { type Captured, type Checked, type Confirmed, type Me, type Suggested, captured, checked, confirmed, me, suggested, unlockedNow } from "../answers";
import { api } from "../browser";
import type { Asked, CaptureCard, Card } from "../messages";
import type { Reader } from "../schema";
import { ask } from "./session";

const nothing: Reader<null> = () => null;

export function version(): string {
  return api.runtime.getManifest().version;
}

export function suggestFor(site: string | null, url: string, cards: readonly Card[]): Promise<Suggested> {
  const mode = cards.length ? "site" : "anywhere";
  return ask("/suggest", { site, url, mode, cards }, suggested);
}

export function confirm({ ask: _, ...body }: Asked["confirm"]): Promise<Confirmed> {
  return ask("/confirm", body, confirmed);
}

export function check({ ask: _, ...body }: Asked["check"]): Promise<Checked> {
  return ask("/check", body, checked);
}

export function capture(site: string, url: string, cards: readonly CaptureCard[]): Promise<Captured> {
  return ask("/capture", { site, url, cards }, captured);
}

export async function misfit({ ask: _, ...body }: Asked["misfit"]): Promise<null> {
  return await ask("/misfit", { ...body, version: version() }, nothing);
}

export function whoAmI(): Promise<Me> {
  return ask("/me", { version: version() }, me);
}

export function unlock(person: number, pin: string): Promise<{ name: string; until: string }> {
  return ask("/unlock", { person, pin }, unlockedNow);
}

export function lock(): Promise<null> {
  return ask("/lock", {}, nothing);
}
