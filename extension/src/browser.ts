/** The one seam over the browsers' API: Firefox calls it `browser`, Chromium `chrome`; both answer with promises. */

declare const browser: typeof chrome | undefined;

export const api: typeof chrome = typeof browser === "undefined" ? chrome : browser;
