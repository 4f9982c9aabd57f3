/** Our own small place in a page: a closed shadow root that no script of the page can look into. */

import { IS_TEST } from "../flavour";
import { dress } from "../ui/look";

export interface Panel {
  readonly host: HTMLElement;
  /** Draws `content` in place of what was there; the focus stays where it was, as far as there is such a place. */
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
      const focused = keyOf(root.activeElement);
      frame.replaceChildren(content);
      if (focused) frame.querySelector<HTMLElement>(`[data-key="${CSS.escape(focused)}"]`)?.focus();
    },
    remove: () => host.remove(),
  };
}

function keyOf(element: Element | null): string | null {
  return element?.getAttribute("data-key") ?? null;
}
