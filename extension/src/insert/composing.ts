/** Whether an input method is in the middle of a word: then nobody else may touch the box. */

let open: EventTarget | null = null;

/** Listens on `root` (a document or a shadow root) until `signal`. */
export function watchComposition(root: Document | ShadowRoot, signal: AbortSignal): void {
  const options = { capture: true, signal } as const;
  root.addEventListener("compositionstart", (event) => (open = event.composedPath()[0] ?? event.target), options);
  root.addEventListener("compositionend", () => (open = null), options);
}

/** True between `compositionstart` and `compositionend`, while the box they came from is still on the page. */
export function isComposing(): boolean {
  return open !== null && (open as Node).isConnected;
}
