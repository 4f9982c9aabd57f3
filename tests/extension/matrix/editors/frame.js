// A reply box in a frame of the same origin, as Google's is.
import { changed, ready, root } from "./lab.js";

const frame = root.appendChild(document.createElement("iframe"));
frame.addEventListener("load", () => {
  const box = frame.contentDocument.body.appendChild(document.createElement("textarea"));
  let held = "";
  box.addEventListener("input", () => changed((held = box.value)));
  ready(box, () => held);
}, { once: true });
frame.src = "frame.html";
