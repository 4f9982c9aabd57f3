import type { Kept } from "../src/background/kept";

/** What IndexedDB keeps, without it: rows in the order of their keys. */
export function shelf(): Kept {
  const rows = new Map<string, unknown>();
  const place = (name: string, key: unknown): string => `${name} ${String(key)}`;
  return {
    get: async (name, key) => rows.get(place(name, key)),
    all: async (name) => [...rows.keys()].filter((one) => one.startsWith(`${name} `)).sort().map((one) => rows.get(one)),
    put: async (name, key, value) => void rows.set(place(name, key), value),
    remove: async (name, keys) => void keys.map((key) => rows.delete(place(name, key))),
    wipe: async () => rows.clear(),
  };
}
