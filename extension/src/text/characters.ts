/** How many characters a person counts: an emoji of seven code points is one. */

const segments = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/**
 * Unicode's grapheme clusters. The service counts the same, or more where a heap of marks stands on one letter or
 * vowel signs stand beside theirs: it has the last word.
 */
export function characters(text: string): number {
  let count = 0;
  for (const _ of segments.segment(text)) count += 1;
  return count;
}
