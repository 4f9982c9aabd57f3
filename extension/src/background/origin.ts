/** The service's address as a person types it. Pure. */

const HERE = new Set(["127.0.0.1", "localhost"]);

/** The origin of a typed address: https, or http on this machine alone; null for anything else. */
export function originOf(typed: string): string | null {
  const address = typed.trim();
  if (!address) return null;
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(address) ? address : `https://${address}`;
  if (!URL.canParse(whole)) return null;
  const url = new URL(whole);
  if (url.username || url.password || !url.hostname) return null;
  return url.protocol === "https:" || (url.protocol === "http:" && HERE.has(url.hostname)) ? url.origin : null;
}

/** The permission the service needs. Firefox knows no port in a pattern, so the whole host is asked for. */
export function patternOf(origin: string): string {
  const { protocol, hostname } = new URL(origin);
  return `${protocol}//${hostname}/*`;
}
