import Quill from "quill";

import { changed, ready, root } from "./lab.js";

const quill = new Quill(root.appendChild(document.createElement("div")), { placeholder: "Write a reply…" });
quill.on("text-change", () => changed(quill.getText()));
ready(quill.root, () => quill.getText());
