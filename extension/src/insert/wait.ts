/** Waiting for a page that works in its own time. */

const STEP = 20; // ms

/** Resolves after `ms`; at once where `signal` says to stop. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}

/** Whether `holds()` became true within `ms`. */
export async function within(ms: number, holds: () => boolean, signal?: AbortSignal): Promise<boolean> {
  const until = performance.now() + ms;
  while (!holds()) {
    if (signal?.aborted || performance.now() >= until) return false;
    await pause(STEP, signal);
  }
  return true;
}
