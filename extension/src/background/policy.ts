/** What a company's administrator set for her browsers (`storage.managed`): the one service's address, never a token. */

import { api } from "../browser";
import { FIXED_ORIGIN } from "../flavour";
import { type Kept, kept } from "./kept";
import { originOf } from "./origin";

const LAST = "policy";
const PATIENCE = 3_000; // ms; some Chromiums answer after seconds, or never (seen in 156, and by others in Edge)
const AGAIN = 50; // ms, once it did not answer: nobody waits for it at every press

let patience = PATIENCE;

/** The only service this browser may be paired with; null where a person names hers. */
export async function onlyOrigin(box: Kept = kept): Promise<string | null> {
  return originOf(FIXED_ORIGIN) ?? originOf(await managed(box));
}

/** As the browser says it now; where it says nothing, as it said last. */
async function managed(box: Kept): Promise<string> {
  const last = await box.get("kept", LAST);
  const before = typeof last === "string" ? last : "";
  const said = await Promise.race([asked(), unanswered()]);
  patience = said === null ? AGAIN : PATIENCE;
  if (said === null) return before;
  if (said !== before) await box.put("kept", LAST, said);
  return said;
}

async function asked(): Promise<string> {
  try {
    const { service } = await api.storage.managed.get("service");
    return typeof service === "string" ? service : "";
  } catch {
    return ""; // Firefox refuses the question where no administrator set anything
  }
}

async function unanswered(): Promise<null> {
  await new Promise((resolve) => setTimeout(resolve, patience));
  return null;
}
