/** What a company's administrator set for her browsers (`storage.managed`): the one service's address, never a token. */

import { api } from "../browser";
import { FIXED_ORIGIN } from "../flavour";
import { originOf } from "./origin";

/** The only service this browser may be paired with; null where a person names hers. */
export async function onlyOrigin(): Promise<string | null> {
  return originOf(FIXED_ORIGIN) ?? originOf(await managed());
}

async function managed(): Promise<string> {
  try {
    const { service } = await api.storage.managed.get("service");
    return typeof service === "string" ? service : "";
  } catch {
    return ""; // Firefox refuses the question where no administrator set anything
  }
}
