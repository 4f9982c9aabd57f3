/** The words a part of a page shows: text nodes alone, without boxes, buttons and what is not text. No layout is forced. */

const BLOCKS = new Set(["p", "div", "li", "ul", "section", "article", "h1", "h2", "h3", "h4", "blockquote", "header", "footer"]);
const SKIPPED = "script,style,template,textarea,input,select,button,svg,[role=button],[role=textbox],[contenteditable]:not([contenteditable=false])";

/** Lines as a reader sees them, spaces collapsed. Parts for which `without` is true are left out. */
export function wordsOf(root: Element, without: (element: Element) => boolean = () => false): string {
  const pieces: string[] = [];
  gather(root, without, pieces);
  return pieces
    .join("")
    .split("\n")
    .map((line) => line.replace(/\s+/g, " ").trim())
    .filter((line) => line !== "")
    .join("\n");
}

/** The part with the longest text of its own: the words of a review are the longest thing in its card. */
export function longest(root: Element, without: (element: Element) => boolean = () => false): Element | null {
  let best: Element | null = null;
  let most = 0;
  for (const element of [root, ...root.querySelectorAll("*")]) {
    const size = ownLength(element);
    if (size <= most || isLeftOut(element, root, without)) continue;
    [best, most] = [element, size];
  }
  return best && blockOf(best, root);
}

/** Short words of a leaf, for labels: at most `max` characters, else "". */
export function labelOf(element: Element, max = 60): string {
  if (element.childElementCount > 2) return "";
  const words = (element.textContent ?? "").replace(/\s+/g, " ").trim();
  return words.length <= max ? words : "";
}

/** The words an element says itself, without those of its parts. */
export function ownWords(element: Element): string {
  const texts = [...element.childNodes].filter((child) => child.nodeType === Node.TEXT_NODE);
  return texts.map((child) => child.nodeValue ?? "").join(" ").replace(/\s+/g, " ").trim();
}

function gather(node: Element, without: (element: Element) => boolean, pieces: string[]): void {
  for (const child of node.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) pieces.push((child.nodeValue ?? "").replace(/\s+/g, " "));
    if (child.nodeType !== Node.ELEMENT_NODE) continue;
    const element = child as Element;
    if (element.matches(SKIPPED) || without(element)) continue;
    const block = BLOCKS.has(element.localName) || element.localName === "br";
    if (block) pieces.push("\n");
    gather(element, without, pieces);
    if (block) pieces.push("\n");
  }
}

function ownLength(element: Element): number {
  return ownWords(element).length;
}

function isLeftOut(element: Element, root: Element, without: (element: Element) => boolean): boolean {
  for (let one: Element | null = element; one && one !== root; one = one.parentElement) {
    if (one.matches(SKIPPED) || one.matches("a") || without(one)) return true;
  }
  return false;
}

/** A paragraph's words may be spread over inline parts. */
function blockOf(element: Element, root: Element): Element {
  let block = element;
  while (block !== root && !BLOCKS.has(block.localName) && block.parentElement && block.parentElement !== root) {
    if (block.localName === "span" && !hasTextBeside(block)) break;
    block = block.parentElement;
  }
  return block;
}

function hasTextBeside(element: Element): boolean {
  return element.parentElement !== null && ownLength(element.parentElement) > 0;
}
