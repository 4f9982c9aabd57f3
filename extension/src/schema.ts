/**
 * Reading what came from elsewhere: a message of a page's script, an answer of the service, a row of ours.
 *
 * A reader answers the value, typed, or throws `Misshapen` with the place. Nothing is mended on the way.
 */

export type Reader<T> = (value: unknown, at: string) => T;
export type Read<R> = R extends Reader<infer T> ? T : never;
type Fields = Readonly<Record<string, Reader<unknown>>>;
type Shape<F extends Fields> = { readonly [Name in keyof F]: Read<F[Name]> };

/** Something was not as agreed; `at` says where, and never what it was. */
export class Misshapen extends Error {
  constructor(readonly at: string) {
    super(`not as agreed: ${at}`);
  }
}

/** Text of at most `max` UTF-16 units. */
export function text(max: number): Reader<string> {
  return (value, at) => (typeof value === "string" && value.length <= max ? value : fail(at));
}

export function number(least: number, most: number): Reader<number> {
  return (value, at) => (typeof value === "number" && value >= least && value <= most ? value : fail(at));
}

export function whole(most = Number.MAX_SAFE_INTEGER): Reader<number> {
  return (value, at) => (Number.isInteger(value) ? number(0, most)(value, at) : fail(at));
}

export const truth: Reader<boolean> = (value, at) => (typeof value === "boolean" ? value : fail(at));

export function oneOf<const T extends string>(...words: readonly T[]): Reader<T> {
  return (value, at) => words.find((word) => word === value) ?? fail(at);
}

export function orNull<T>(reader: Reader<T>): Reader<T | null> {
  return (value, at) => (value === null ? null : reader(value, at));
}

/** A field that may be left out: then null. */
export function maybe<T>(reader: Reader<T>): Reader<T | null> {
  return (value, at) => (value === undefined ? null : orNull(reader)(value, at));
}

export function list<T>(of: Reader<T>, max: number): Reader<readonly T[]> {
  return (value, at) => {
    if (!Array.isArray(value) || value.length > max) return fail(at);
    return value.map((one, place) => of(one, `${at}[${place}]`));
  };
}

export function pair<A, B>(first: Reader<A>, second: Reader<B>): Reader<readonly [A, B]> {
  return (value, at) => {
    if (!Array.isArray(value) || value.length !== 2) return fail(at);
    return [first(value[0], `${at}[0]`), second(value[1], `${at}[1]`)];
  };
}

/** Names to values, at most `max` of them. */
export function named<T>(of: Reader<T>, max: number): Reader<Readonly<Record<string, T>>> {
  return (value, at) => {
    const entries = Object.entries(plain(value, at));
    if (entries.length > max) return fail(at);
    return Object.fromEntries(entries.map(([name, one]) => [name, of(one, `${at}.${name}`)]));
  };
}

/** These fields and no other: for what a page's script sends. */
export function exactly<F extends Fields>(fields: F): Reader<Shape<F>> {
  const known = atLeast(fields);
  return (value, at) => {
    const more = Object.keys(plain(value, at)).some((name) => !Object.hasOwn(fields, name));
    return more ? fail(at) : known(value, at);
  };
}

/** These fields, others unread: for what the service answers, which may grow. */
export function atLeast<F extends Fields>(fields: F): Reader<Shape<F>> {
  return (value, at) => {
    const given = plain(value, at);
    const entries = Object.entries(fields).map(([name, reader]) => {
      return [name, reader(Object.hasOwn(given, name) ? given[name] : undefined, `${at}.${name}`)];
    });
    return Object.fromEntries(entries) as Shape<F>;
  };
}

function plain(value: unknown, at: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return fail(at);
  return value as Record<string, unknown>;
}

function fail(at: string): never {
  throw new Misshapen(at);
}
