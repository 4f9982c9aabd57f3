/** The owner's reply inside a card, found by the words sites put over it. */

import { longest, ownWords, wordsOf } from "./words";

/** Seen 2023-2026 in public bots (Google, Yelp); the Spanish, German and French ones are from memory. */
const OVER_A_REPLY = new RegExp(
  [
    "business reply",
    "business response",
    "response from the owner",
    "(owner|your)('s)? (public )?reply",
    "you (publicly )?(responded|replied)",
    "respuesta del (propietario|negocio|propietari[oa])",
    "(tu|su) respuesta",
    "(has|ha) respondido",
    "antwort (des|vom) inhaber",
    "(ihre|deine) antwort",
    "réponse du propriétaire",
    "votre réponse",
  ].join("|"),
  "i",
);

const LONGEST = 60; // characters of a label; more is somebody's prose

export interface OwnersReply {
  readonly element: Element;
  readonly text: string | null;
}

/** The reply that stands in a card; null for none. */
export function replyIn(card: Element): OwnersReply | null {
  for (const element of card.querySelectorAll("*")) {
    const label = ownWords(element);
    if (label.length > LONGEST || !OVER_A_REPLY.test(label) || element.closest("button, [role=button], label, textarea")) continue;
    return replyUnder(element, label, card);
  }
  return null;
}

/** The label, and what stands with it: the nearest part that says more than the label. */
function replyUnder(label: Element, said: string, card: Element): OwnersReply {
  for (let part: Element | null = label; part && part !== card; part = part.parentElement) {
    if (wordsOf(part).length <= said.length + 1) continue;
    const words = longest(part, (one) => one === label);
    return { element: part, text: words ? wordsOf(words) : null };
  }
  return { element: label, text: null };
}
