/**
 * Where a part of a site's page may be, most semantic first: what it is for, then data attributes and ARIA, class names
 * last. `seen` says when and in what it was seen; none of it was seen by us on a live owner's page.
 */

export interface Outline {
  readonly seen: string;
  readonly at: readonly string[];
}

/** The first part that any candidate finds, in the candidates' order. */
export function find(root: ParentNode, { at }: Outline): Element | null {
  for (const selector of at) {
    const found = root.querySelector(selector);
    if (found) return found;
  }
  return null;
}

/** All that the first fitting candidate finds: two candidates' finds are never mixed. */
export function findAll(root: ParentNode, { at }: Outline): Element[] {
  for (const selector of at) {
    const found = root.querySelectorAll(selector);
    if (found.length) return [...found];
  }
  return [];
}
