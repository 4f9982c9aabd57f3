/** What a site's file says of its pages: only what is unusual about it. */

import type { Box } from "../insert/box";
import type { PageCard } from "./card";

/** `list`: reviews one under another. `reply`: the box for one of them, in a frame of its own. */
export type Surface = "list" | "reply";

export interface Adapter {
  readonly site: string;
  /** What a page of this site is for; null for pages that show no reviews. */
  surfaceOf(url: URL): Surface | null;
  /** The cards' elements, cheaply and in the page's order. */
  cards(page: Document, url: URL): Element[];
  read(card: Element): PageCard;
  /** The one box in which this card's reply is written; null where none is open, or two are. */
  boxIn(card: Element): Box | null;
  /** Whether a pressed control is the one that posts. Only ever to notice her press. */
  isSubmit(control: Element): boolean;
}
