/** Our own small place in a page: a closed shadow root that no script of the page can look into. */

import { IS_TEST } from "../flavour";
import { dress } from "../ui/look";

export interface Panel {
  readonly host: HTMLElement;
  /** Draws `content` in place of what was there; the focus stays where it was, or goes to what is said. */
  draw(content: HTMLElement): void;
  remove(): void;
}

/** A panel at the end of `home`. `name` is how a screen reader calls it. */
export function panelIn(home: Element, name: string): Panel {
  const host = document.createElement("shopbell-card");
  const root = host.attachShadow({ mode: IS_TEST ? "open" : "closed" });
  dress(root);
  const frame = document.createElement("section");
  frame.className = "bell";
  frame.setAttribute("aria-label", name);
  root.append(frame);
  home.append(host);
  return {
    host,
    draw: (content) => {
      const focused = root.activeElement;
      frame.replaceChildren(content);
      if (focused) placeLike(focused, frame)?.focus();
    },
    remove: () => host.remove(),
  };
}

/** What was focused, as it is drawn now; else the line that says what happened. */
function placeLike(focused: Element, frame: HTMLElement): HTMLElement | null {
  const key = focused.getAttribute("data-key") ?? "live";
  return frame.querySelector(`[data-key="${CSS.escape(key)}"]`) ?? frame.querySelector('[data-key="live"]');
}
