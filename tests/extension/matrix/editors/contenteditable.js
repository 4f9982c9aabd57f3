import { changed, ready, root } from "./lab.js";

const box = root.appendChild(document.createElement("div"));
box.contentEditable = "true";
let held = "";
box.addEventListener("input", () => changed((held = box.innerText)));
ready(box, () => held);
