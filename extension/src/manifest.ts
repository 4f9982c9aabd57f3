/**
 * One source for the manifests of both browsers. Pure; `build.mjs` writes what it answers.
 *
 * No host is asked for at installation: a site's own pattern, and the service's one address, are asked for in the
 * press that needs them. `test` alone has the sites granted, because headless Chromium can press no permission bubble;
 * a `fleet` edition has its company's one service granted, and no other can be.
 */

import { SITES } from "./sites";

export type Target = "chrome" | "firefox";
export type Flavour = "store" | "test" | "fleet";

/** What makes an edition one company's own. */
export interface Fleet {
  readonly service: string; // the one service's origin
  readonly key: string; // Chromium: the public key that fixes the extension's id
  readonly id: string; // Firefox: the company's own id
}

/** Any service a person may name: https anywhere, or plain http on this machine. Only the one she named is granted. */
const SERVICES = ["https://*/*", "http://127.0.0.1/*", "http://localhost/*"];
const FIREFOX_ID = "extension@shopbell.example";
/** The first versions with all we use; Firefox 140 also asks people about the data that is sent. */
const OLDEST = { chrome: "122", firefox: "140.0", android: "142.0" };
const ICONS = Object.fromEntries([16, 32, 48, 128].map((size) => [size, `icons/bell-${size}.png`]));

/** Tests press the button and open the popup as a page; the real one is tried in the store's own build. */
const POPUP = { default_popup: "popup.html" };

/** The `manifest.json` of one browser. */
export function manifest(target: Target, flavour: Flavour, version: string, fleet?: Fleet): Record<string, unknown> {
  return {
    manifest_version: 3,
    name: "__MSG_name__",
    description: "__MSG_description__",
    default_locale: "en",
    version,
    icons: ICONS,
    action: { default_title: "__MSG_action__", default_icon: ICONS, ...(flavour === "test" ? {} : POPUP) },
    options_ui: { page: "options.html", open_in_tab: true },
    commands: { _execute_action: { suggested_key: { default: "Alt+Shift+B" } } },
    permissions: ["activeTab", "scripting", "storage"],
    optional_host_permissions: fleet ? sitePatterns() : [...new Set([...sitePatterns(), ...SERVICES])],
    content_security_policy: { extension_pages: policy(fleet?.service ?? ANY_SERVICE) },
    ...granted(flavour, fleet),
    ...(target === "chrome" ? chromeOnly(fleet) : firefoxOnly(fleet)),
  };
}

/** Broad, because the service's address is the person's; the client pins it to the paired one. */
const ANY_SERVICE = "https: http://127.0.0.1:* http://localhost:*";

function policy(services: string): string {
  return [
    "default-src 'self'",
    "script-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    `connect-src ${services}`,
  ].join("; ");
}

function granted(flavour: Flavour, fleet?: Fleet): Record<string, unknown> {
  if (fleet) return { host_permissions: [`https://${new URL(fleet.service).hostname}/*`] }; // Firefox knows no port here
  return flavour === "test" ? { host_permissions: [...sitePatterns(), ...SERVICES.slice(1)] } : {};
}

function sitePatterns(): string[] {
  return SITES.flatMap((site) => [...site.matches]);
}

function chromeOnly(fleet?: Fleet): Record<string, unknown> {
  return {
    ...(fleet ? { key: fleet.key } : {}),
    storage: { managed_schema: "managed.json" },
    background: { service_worker: "background.js" },
    minimum_chrome_version: OLDEST.chrome,
    externally_connectable: { matches: [], ids: [] }, // left out, any other extension could speak to us
  };
}

function firefoxOnly(fleet?: Fleet): Record<string, unknown> {
  return {
    background: { scripts: ["background.js"] },
    browser_specific_settings: {
      gecko: {
        id: fleet?.id ?? FIREFOX_ID,
        strict_min_version: OLDEST.firefox,
        data_collection_permissions: { required: ["websiteContent", "personallyIdentifyingInfo"] },
      },
      gecko_android: { strict_min_version: OLDEST.android },
    },
  };
}
