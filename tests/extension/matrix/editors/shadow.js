// A box in a shadow root, whose page listens outside of it: only a composed event is heard there.
import { changed, ready, root } from "./lab.js";

export function inShadow(mode, make) {
  const host = root.appendChild(document.createElement("div"));
  const box = host.attachShadow({ mode }).appendChild(make());
  let held = "";
  host.addEventListener("input", () => changed((held = box.value ?? box.innerText)));
  ready(box, () => held);
}

export function editable() {
  const box = document.createElement("div");
  box.contentEditable = "true";
  return box;
}
