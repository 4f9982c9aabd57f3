/** The box the cursor is in, through shadow roots, closed ones too. Each frame's own script looks in its own frame. */

import { api } from "../browser";
import { type Box, boxOf } from "./box";

type Rooted = Element & { readonly openOrClosedShadowRoot?: ShadowRoot | null }; // Firefox's own

/** Null where the cursor is in no box of this document. */
export function boxInFocus(document: Document): Box | null {
  return boxOf(deepest(document));
}

function deepest(root: Document | ShadowRoot): Element | null {
  const active = root.activeElement;
  const inner = active && rootOf(active);
  return (inner && deepest(inner)) ?? active;
}

function rootOf(element: Element): ShadowRoot | null {
  if (element.shadowRoot) return element.shadowRoot;
  const { openOrClosedShadowRoot } = element as Rooted;
  if (openOrClosedShadowRoot !== undefined) return openOrClosedShadowRoot;
  return api.dom?.openOrClosedShadowRoot(element as HTMLElement) ?? null;
}
