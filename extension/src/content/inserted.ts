/** After an insertion: what she writes in the box is looked at again, a moment after she rests, and never stopped. */

import type { Checked, Finding } from "../answers";
import type { Box } from "../insert/box";
import { read } from "../insert/read";
import { ask } from "../ui/ask";
import type { Use } from "./use";

const RESTED = 700; // ms

/** Calls `found` with what the service says of the text as it stands. A line that fails says nothing. */
export function watchInserted(box: Box, use: Use, found: (findings: readonly Finding[]) => void, signal: AbortSignal): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = async (): Promise<void> => {
    const checked = await check(box, use);
    if (checked && !signal.aborted) found(checked.findings);
  };
  box.addEventListener(
    "input",
    () => {
      clearTimeout(timer);
      timer = setTimeout(() => void look(), RESTED);
    },
    { signal },
  );
  signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
}

async function check(box: Box, { offered, suggestion }: Use): Promise<Checked | null> {
  const { sha256, item, variant } = suggestion;
  const text = read(box);
  return await ask<Checked>("check", { review: offered.review.id, sha256, item, variant, text }).catch(() => null);
}
