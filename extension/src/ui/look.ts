/** How everything of ours looks, in a page and in our own pages: light and dark, no font and no picture is fetched. */

export const LOOK = `
:host { all: initial; display: block; margin: 8px 0; color-scheme: light dark; }
.bell { --ink: #1c1b19; --quiet: #5a564f; --paper: #fffdf8; --line: #8d877c; --deed: #14532d; --on-deed: #fff;
  --wrong: #9b1c1c; --field: #fff; box-sizing: border-box; font: 14px/1.45 system-ui, sans-serif; color: var(--ink);
  background: var(--paper); border: 1px solid var(--line); border-left: 4px solid var(--deed); border-radius: 6px;
  padding: 10px 12px; max-width: 44rem; text-align: left; }
@media (prefers-color-scheme: dark) {
  .bell { --ink: #f2efe9; --quiet: #bdb7ac; --paper: #201f1d; --line: #7d776c; --deed: #86d9a5; --on-deed: #10251a;
    --wrong: #ffb4ab; --field: #2b2a27; } }
.bell * { box-sizing: border-box; font: inherit; color: inherit; }
.bell h2 { font-weight: 600; margin: 0 0 4px; }
.bell p { margin: 6px 0; overflow-wrap: anywhere; }
.bell b { font-weight: 600; }
.bell .quiet, .bell .note { color: var(--quiet); font-size: 13px; }
.bell .reply { white-space: pre-wrap; }
.bell .wrong { color: var(--wrong); }
.bell input, .bell select { background: var(--field); border: 1px solid var(--line); border-radius: 4px; padding: 3px 6px;
  max-width: 100%; min-height: 28px; }
.bell input[aria-invalid="true"] { border-color: var(--wrong); }
.bell .acts { display: flex; flex-wrap: wrap; gap: 8px; margin: 8px 0 0; }
.bell button { min-height: 32px; padding: 4px 12px; border: 1px solid var(--line); border-radius: 4px;
  background: var(--field); cursor: pointer; }
.bell button.deed { background: var(--deed); color: var(--on-deed); border-color: var(--deed); font-weight: 600; }
.bell button:disabled { opacity: 0.6; cursor: default; }
.bell :focus-visible { outline: 3px solid var(--deed); outline-offset: 2px; }
.bell details { margin: 6px 0; } .bell summary { cursor: pointer; color: var(--quiet); }
.bell ul { margin: 4px 0; padding-left: 20px; list-style: disc; }
.bell .both { display: grid; grid-template-columns: repeat(auto-fit, minmax(14rem, 1fr)); gap: 10px; }
.bell blockquote { margin: 0; padding: 6px 8px; border: 1px solid var(--line); border-radius: 4px; white-space: pre-wrap;
  overflow-wrap: anywhere; }
`;

let shared: CSSStyleSheet | null = null;

/** Dresses a shadow root; where a page's realm forbids our sheet, by a `<style>` of the root's own. */
export function dress(root: ShadowRoot): void {
  try {
    root.adoptedStyleSheets = [(shared ??= newSheet())];
  } catch {
    const style = document.createElement("style");
    style.textContent = LOOK;
    root.append(style);
  }
}

/** One for all: a sheet each is parsed each time, and every frame looks through all of them. */
function newSheet(): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(LOOK);
  return sheet;
}
