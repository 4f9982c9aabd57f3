/** Where the background begins. It keeps nothing in globals: the browser stops it whenever it likes. */

import { api } from "../browser";
import { findBox } from "./anywhere";
import { hear } from "./hear";
import { flush } from "./outbox";
import { dismiss, joinOpenPages, reconcile } from "./registered";

api.action.onClicked.addListener(({ id }) => void (id !== undefined && findBox(id))); // where a build has no popup
api.runtime.onMessage.addListener(hear);
api.runtime.onInstalled.addListener(() => void begin());
api.runtime.onStartup.addListener(() => void begin());
api.permissions.onAdded.addListener(() => void reconcile().then(joinOpenPages));
api.permissions.onRemoved.addListener(() => void reconcile().then(dismiss));

async function begin(): Promise<void> {
  // Chromium alone has it; there it closes `storage.local` to pages' scripts. We keep nothing there in either.
  await api.storage.local.setAccessLevel?.({ accessLevel: "TRUSTED_CONTEXTS" });
  await reconcile();
  await flush();
}
