import { changed, ready, root } from "./lab.js";

const box = root.appendChild(document.createElement("textarea"));
let held = "";
box.addEventListener("input", () => changed((held = box.value)));
ready(box, () => held);
