/** After an insertion: what she writes in the box is looked at a moment after she rests, and never stopped. */

import type { Suggestion } from "./answers";
import { type Box, isField } from "./insert/box";
import { read } from "./insert/read";
import { type Hint, hintsOf } from "./text/hints";
import { isUnfilled, readingOf } from "./text/reading";

const RESTED = 500; // ms since the last change

/** What can be said of a box without asking anybody. */
export interface Watched {
  readonly text: string;
  /** An approved word is missing or moved. */
  readonly departs: boolean;
  readonly unfilled: readonly string[];
  readonly hints: readonly { readonly blank: string; readonly hint: Hint }[];
}

/** Calls `told` after each change, once she rests, until `signal`. A box that the page took away is watched no longer. */
export function watchBox(box: Box, suggestion: Suggestion, told: (watched: Watched) => void, signal: AbortSignal): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let last = read(box);
  const look = (): void => {
    const text = box.isConnected ? read(box) : last;
    if (text === last || signal.aborted) return;
    told(watched(suggestion, (last = text)));
  };
  const rest = (): void => {
    clearTimeout(timer);
    timer = setTimeout(look, RESTED);
  };
  box.addEventListener("input", rest, { signal });
  // Editors that write what she typed themselves let no `input` through (Lexical, ProseMirror, Slate).
  const observer = new MutationObserver(rest);
  if (!isField(box)) observer.observe(box, { subtree: true, childList: true, characterData: true });
  signal.addEventListener("abort", () => (clearTimeout(timer), observer.disconnect()), { once: true });
}

/** Pure. */
export function watched(suggestion: Suggestion, text: string): Watched {
  const reading = readingOf(suggestion, text);
  const blanks = suggestion.blanks.map((blank) => ({ blank, value: reading?.get(blank.name) ?? "" }));
  return {
    text,
    departs: reading === null,
    unfilled: reading ? blanks.filter(({ blank, value }) => isUnfilled(value, blank)).map(({ blank }) => blank.name) : [],
    hints: blanks.flatMap(({ blank, value }) =>
      isUnfilled(value, blank) ? [] : hintsOf(value, blank).map((hint) => ({ blank: blank.name, hint })),
    ),
  };
}
