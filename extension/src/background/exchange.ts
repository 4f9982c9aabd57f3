/**
 * One exchange with the service: a POST, and its answer or a named trouble. Nothing is tried again here.
 *
 * No cookie goes with it and no redirect is followed, so what is sent reaches the paired origin or nobody.
 */

import { problem } from "../answers";
import { type Reader, Misshapen } from "../schema";
import { type Facts, type Kind, KINDS, Trouble } from "../trouble";

const PATIENCE = 15_000; // ms; the service promises far less
const PREFIX = "/api/v1";

export interface Call {
  readonly origin: string;
  readonly path: string;
  readonly body: unknown;
  readonly access?: string | undefined;
}

/** The answer as `reader` reads it; null of a 204. Throws `Trouble`. */
export async function exchange<T>(call: Call, reader: Reader<T>, fetched: typeof fetch = fetch): Promise<T> {
  const response = await send(call, fetched);
  if (response.status === 204) return reader(null, call.path);
  const said = await bodyOf(response);
  if (!response.ok) throw troubleOf(response, said, call.path);
  return read(() => reader(said, call.path));
}

async function send({ origin, path, body, access }: Call, fetched: typeof fetch): Promise<Response> {
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (access) headers["authorization"] = `Bearer ${access}`;
  try {
    return await fetched(`${origin}${PREFIX}${path}`, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
      referrerPolicy: "no-referrer",
      signal: AbortSignal.timeout(PATIENCE),
    });
  } catch (error) {
    throw new Trouble(isTimeout(error) ? "slow" : "unreachable");
  }
}

async function bodyOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (error) {
    if (isTimeout(error)) throw new Trouble("slow");
    if (response.status >= 500) throw new Trouble("server");
    throw new Trouble("unreadable");
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && (error.name === "TimeoutError" || error.name === "AbortError");
}

/** What a refusal means. A refusal that is not as agreed is `server` or `unreadable`. */
function troubleOf(response: Response, said: unknown, path: string): Trouble {
  if (response.status >= 500) return new Trouble("server");
  const { code, ...facts } = read(() => problem(said, path));
  const retry = Number(response.headers.get("retry-after"));
  const more = retry > 0 ? { retry_after: retry } : {};
  return new Trouble(kindOf(code, path), { ...given(facts), ...more });
}

function kindOf(code: string, path: string): Kind {
  if (code === "expired" && path === "/pair/token") return "pair_expired"; // elsewhere it is a reply that expired
  return KINDS.find((one) => one === code) ?? "bad_request";
}

/** Without the fields that were left out. */
function given(facts: Readonly<Record<string, unknown>>): Facts {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== null)) as Facts;
}

function read<T>(reading: () => T): T {
  try {
    return reading();
  } catch (error) {
    if (error instanceof Misshapen) throw new Trouble("unreadable");
    throw error;
  }
}
