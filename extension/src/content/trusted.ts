/**
 * Whether a press on something of ours in a page was a person's, who could see what she pressed.
 *
 * A page can move, hide or cover what we put into it. Little is at stake (a press only fills a text in, and asks the
 * service first), yet nobody shall press what she cannot see.
 *
 * A cover that lets the pointer through (`pointer-events: none`) is not noticed. Only Chromium could say of it (an
 * IntersectionObserver that tracks visibility), and it calls invisible whatever stands under a transform, a filter or
 * any opacity: on the sites' own pages that would refuse honest presses. Such a cover gains a text in the page's own
 * box, which she sees and must post herself.
 */

const LEAST_OPAQUE = 0.5;
const LEAST = 16; // CSS px

export function isHers(event: Event, host: HTMLElement, home: Element): boolean {
  if (!event.isTrusted || host.parentElement !== home || !host.isConnected) return false;
  return isSeen(host) && isOnTop(event, host);
}

function isSeen(host: HTMLElement): boolean {
  const { width, height } = host.getBoundingClientRect();
  if (width < LEAST || height < LEAST || !host.checkVisibility({ visibilityProperty: true })) return false;
  let opacity = 1;
  for (let one: Element | null = host; one; one = one.parentElement) opacity *= Number(getComputedStyle(one).opacity);
  return opacity >= LEAST_OPAQUE;
}

/** From the keyboard a press has no place: then what has the focus is what she sees. */
function isOnTop(event: Event, host: HTMLElement): boolean {
  const { clientX, clientY, detail } = event as MouseEvent;
  if (detail === 0) return document.activeElement === host;
  return document.elementFromPoint(clientX, clientY) === host;
}
