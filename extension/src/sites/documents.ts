/** The documents of one tab that lie open to each other: frames of the same origin, beside and above a page. */

export function* openDocuments(page: Document): Generator<Document> {
  let top: Window = page.defaultView as Window;
  while (top !== top.parent && isOpen(top.parent)) top = top.parent;
  yield* documentsIn(top);
}

function* documentsIn(view: Window): Generator<Document> {
  yield view.document;
  for (let place = 0; place < view.length; place++) {
    const frame = view[place];
    if (frame && isOpen(frame)) yield* documentsIn(frame);
  }
}

function isOpen(view: Window): boolean {
  try {
    return Boolean(view.document);
  } catch {
    return false; // another origin's
  }
}
