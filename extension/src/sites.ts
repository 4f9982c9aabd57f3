/**
 * The sites where a card of ours may stand beside a review, by the service's names for them.
 *
 * Only `matches` decides where our script runs; the browser asks the person for the whole host, whatever the path.
 */

export interface Site {
  readonly site: string;
  readonly matches: readonly string[];
}

export const SITES: readonly Site[] = [
  // The Search panel's list of reviews and its reply box are frames of these addresses, so /search is never asked for.
  { site: "google_maps", matches: ["https://www.google.com/local/business/*", "https://business.google.com/*"] },
  { site: "yelp", matches: ["https://biz.yelp.com/*"] },
  { site: "facebook", matches: ["https://www.facebook.com/*", "https://business.facebook.com/*"] },
];
