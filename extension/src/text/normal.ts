/** The form in which a box's text is held against the approved one: what a text box does by itself is forgiven. */

const DROPPED = /[\u200b\ufeff]/g;
const LINE_ENDS = /\r\n?/g;

/** Composed letters, plain spaces, no space at a line's ends, no blank lines: the service's own normal form. */
export function normal(text: string): string {
  return text
    .replace(DROPPED, "")
    .replace(LINE_ENDS, "\n")
    .replaceAll("\u00a0", " ")
    .normalize("NFC")
    .split("\n")
    .map((line) => line.replace(/^[ \t]+|[ \t]+$/g, ""))
    .filter((line) => line !== "")
    .join("\n");
}
