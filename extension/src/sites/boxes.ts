/** The boxes of a card or a reply frame that a person could write in now. */

import { type Box, boxOf } from "../insert/box";
import { type Outline, findAll } from "./outline";

const ANY: Outline = {
  seen: "no site's: the last resort, and only where it is alone",
  at: ['textarea, [role="textbox"][contenteditable="true"], [contenteditable="true"]'],
};

/** The only visible box; a named candidate goes before any box at all. Null for none, and for more than one. */
export function onlyBox(root: ParentNode, candidates: Outline): Box | null {
  return alone(findAll(root, candidates)) ?? alone(findAll(root, ANY));
}

function alone(found: readonly Element[]): Box | null {
  const boxes = new Set(found.map(boxOf).filter((one): one is Box => one !== null && one.checkVisibility()));
  const [first, second] = boxes;
  return first && !second ? first : null;
}
