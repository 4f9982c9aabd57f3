// An old editor: a frame without an address, the whole of it editable.
import { changed, ready, root } from "./lab.js";

const frame = root.appendChild(document.createElement("iframe"));
setTimeout(() => {
  const inner = frame.contentDocument;
  inner.designMode = "on";
  let held = "";
  inner.addEventListener("input", () => changed((held = inner.body.innerText)));
  ready(inner.body, () => held);
});
