/**
 * What survives the worker's death and the browser's end: IndexedDB of the extension's own origin, where no page and
 * no page's script can look (`storage.local` is open to them in Firefox).
 */

const NAME = "shopbell";
const SHELVES = ["kept", "outbox", "awaiting"] as const;

export type Shelf = (typeof SHELVES)[number];

/** Rows under keys, in the order of their keys. Each call is one transaction. */
export interface Kept {
  get(shelf: Shelf, key: IDBValidKey): Promise<unknown>;
  all(shelf: Shelf): Promise<unknown[]>;
  put(shelf: Shelf, key: IDBValidKey, value: unknown): Promise<void>;
  remove(shelf: Shelf, keys: readonly IDBValidKey[]): Promise<void>;
  wipe(): Promise<void>;
}

export const kept: Kept = {
  get: (shelf, key) => within("readonly", [shelf], (store) => store(shelf).get(key)),
  all: (shelf) => within("readonly", [shelf], (store) => store(shelf).getAll()) as Promise<unknown[]>,
  put: async (shelf, key, value) => void (await within("readwrite", [shelf], (store) => store(shelf).put(value, key))),
  remove: async (shelf, keys) => {
    await within("readwrite", [shelf], (store) => void keys.map((key) => store(shelf).delete(key)));
  },
  wipe: async () => {
    await within("readwrite", SHELVES, (store) => void SHELVES.map((shelf) => store(shelf).clear()));
  },
};

type Stores = (shelf: Shelf) => IDBObjectStore;

async function within(
  mode: IDBTransactionMode,
  shelves: readonly Shelf[],
  work: (store: Stores) => IDBRequest | undefined | void,
): Promise<unknown> {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(shelves, mode);
      const asked = work((shelf) => transaction.objectStore(shelf));
      transaction.oncomplete = () => resolve(asked?.result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      for (const shelf of SHELVES) asked.result.createObjectStore(shelf);
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}
