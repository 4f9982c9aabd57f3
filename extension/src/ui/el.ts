/** Building a page of ours, node by node: text is only ever text. */

type Attributes = Readonly<Record<string, string | boolean | null>>;
type Child = Node | string | null;

/** An element with its attributes; `true` is an attribute without a value, `false` and null leave it out. */
export function el<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** A real button, with what a press of it does until `signal`. */
export function button(words: string, press: (event: MouseEvent) => void, signal: AbortSignal, attributes: Attributes = {}): HTMLButtonElement {
  const made = el("button", { type: "button", ...attributes }, words);
  made.addEventListener("click", press, { signal });
  return made;
}
