/** A message comes in: who asks, whether it may, what it says; then the answer, or the trouble by its name. */

import { api } from "../browser";
import { isBoxes, readMessage } from "../messages";
import { Misshapen } from "../schema";
import { type Said, type Told, Trouble } from "../trouble";
import { answer } from "./answer";
import { type Asker, askerOf, boxOf } from "./guard";
import { flush } from "./outbox";
import { isGranted } from "./registered";

/** False where nobody is heard; else the answer comes later. */
export function hear(message: unknown, sender: chrome.runtime.MessageSender, reply: (said: unknown) => void): boolean {
  const us = { id: api.runtime.id, url: api.runtime.getURL("") };
  const asker = isBoxes(message) ? boxOf(sender, us) : askerOf(sender, us);
  if (!asker) return false;
  // Whatever waits is sent afterwards: we are awake anyway, and nobody waits for it.
  void said(message, asker)
    .then(reply)
    .then(() => flush());
  return true;
}

async function said(message: unknown, asker: Asker): Promise<Said<unknown>> {
  try {
    if (asker.by === "page" && !(await isGranted(asker.pattern))) throw new Trouble("not_granted");
    return { ok: true, value: (await answer(readMessage(message, asker.by), asker)) ?? null };
  } catch (error) {
    return { ok: false, trouble: toldOf(error) };
  }
}

/** Whatever happened, the page that asked hears something: a named trouble, or that we are at fault. */
function toldOf(error: unknown): Told {
  if (error instanceof Trouble) return error.told();
  if (error instanceof Misshapen) return { kind: "bad_request" };
  console.error("Shopbell", error instanceof Error ? error.name : "unknown"); // by name: its text may hold a customer's words
  return { kind: "unreadable" };
}
