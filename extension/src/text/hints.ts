/**
 * What a value may be refused for, said while she writes. A hint alone: the service knows more words and more dress,
 * names above all, and decides.
 */

import type { Blank } from "../answers";
import { characters } from "./characters";

export type Hint = "long" | "choice" | "link" | "phone" | "email" | "money" | "newline";

const DIGITS_OF_A_PHONE = 6;
const BETWEEN_DIGITS = /[\s().,/+\-\u2010-\u2015_*:;|'"]*/u;
const LOOKS = {
  link: /:\/\/|\/\/|@|[\p{L}\p{N}]\.\p{L}|http|www|\bdot (?:com|net|org)\b/u,
  phone: new RegExp(`(?:\\p{Nd}${BETWEEN_DIGITS.source}){${DIGITS_OF_A_PHONE}}`, "u"),
  email: /@|gmail|hotmail|\be-?mail\b/u,
  money: /\p{Sc}|[%٪‰]|refund|voucher|discount|coupon|reimburs|compensat|reembols|descuento|gratis|rembours|erstatt|gutschein|rabatt/u,
  newline: /\n/u,
} as const;

/** Each reason that shows in the value alone. An empty value has none. */
export function hintsOf(value: string, blank: Blank): Hint[] {
  if (!value.trim()) return [];
  if (blank.choices?.length) return blank.choices.includes(value) ? [] : ["choice"];
  const plain = folded(value);
  const looks = (Object.keys(LOOKS) as (keyof typeof LOOKS)[]).filter((kind) => blank.forbid?.includes(kind) && LOOKS[kind].test(plain));
  return characters(value) > blank.max ? ["long", ...looks] : looks;
}

/** Compatibility forms, accents and joiners taken off, so that dressing a thing up does not bring it in. */
function folded(value: string): string {
  return value.normalize("NFKD").replace(/[\p{Mn}\u200b-\u200d]/gu, "").toLowerCase();
}
