/** Node 20 has no locks: one after another, which is what they promise to whoever asks by the same name. */
export function inLine(): void {
  let last: Promise<unknown> = Promise.resolve();
  const request = (_name: string, work: () => unknown) => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
  Object.defineProperty(globalThis, "navigator", { value: { locks: { request } }, configurable: true });
}
