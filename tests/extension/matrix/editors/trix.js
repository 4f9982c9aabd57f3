import "trix";

import { changed, ready, root } from "./lab.js";

const box = root.appendChild(document.createElement("trix-editor"));
box.addEventListener("trix-change", () => changed());
box.addEventListener("trix-initialize", () => ready(box, () => box.editor.getDocument().toString()));
