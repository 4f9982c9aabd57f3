/** Site mode, on a page of a site that the person granted: a small card of ours beside each review she can see. */

import { api } from "../browser";
import { watchComposition } from "../insert/composing";
import { adapterFor } from "../sites/registry";
import { isAmongItsOwn } from "./alone";
import { answerOurPages } from "./asked";
import { Page } from "./page";

const MARK = Symbol.for("shopbell.site");
const world = globalThis as { [MARK]?: true };
const adapter = adapterFor(new URL(location.href));

if (adapter && !world[MARK] && isAmongItsOwn(window)) {
  world[MARK] = true;
  const ended = new AbortController();
  ended.signal.addEventListener("abort", () => delete world[MARK], { once: true });
  watchComposition(document, ended.signal);
  const page = new Page(adapter, ended);
  answerOurPages(page, api, ended);
  page.start();
}
