/**
 * What is expected to go wrong, by name. Each kind has a sentence of help in `_locales` (`trouble_<kind>`); where the
 * service sent a sentence of its own, that is shown instead.
 */

import type { Suggestion } from "./answers";

/** Between us and the service. */
export const LINE = ["unreachable", "slow", "unreadable", "server"] as const;
/** This browser and who it belongs to. */
export const PAIRING = ["not_paired", "unauthorized", "revoked", "pending", "denied", "pair_expired", "elsewhere", "other_address"] as const;
/** What this browser, or this person, may not do now. */
export const MAY = ["not_granted", "scope", "other_origin", "locked", "wrong_pin", "capture_off"] as const;
/** The reply cannot be used as it is. */
export const REPLY = ["recalled", "expired", "answered", "held", "settled", "out_of_bounds", "not_yours"] as const;
/** What was asked. */
export const ASKING = ["bad_request", "too_large", "too_old", "slow_down", "no_such_site"] as const;

export const KINDS = [...LINE, ...PAIRING, ...MAY, ...REPLY, ...ASKING] as const;
export type Kind = (typeof KINDS)[number];

/** What a person, or the code that shows it to her, needs beside the kind. */
export interface Facts {
  readonly detail?: string;
  readonly theirs?: string | null; // answered: what stands there
  readonly at?: string | null;
  readonly by?: string; // held: the person's name
  readonly instead?: readonly Suggestion[]; // recalled, expired: what may be used
  readonly retry_after?: number; // seconds
  readonly faults?: readonly string[]; // out_of_bounds: what is wrong with each blank
  readonly tries_left?: number;
  readonly min_version?: string;
}

export type Told = Facts & { readonly kind: Kind };

export class Trouble extends Error {
  constructor(
    readonly kind: Kind,
    readonly facts: Facts = {},
  ) {
    super(kind);
  }

  /** As it is carried to a page of ours or a page's script: a message takes no `Error`. */
  told(): Told {
    return { ...this.facts, kind: this.kind };
  }
}

/** An answer to one of our own messages. */
export type Said<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly trouble: Told };
