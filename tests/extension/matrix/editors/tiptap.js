import { Editor } from "@tiptap/core";
import StarterKit from "@tiptap/starter-kit";

import { changed, ready, root } from "./lab.js";

const state = () => editor.getText({ blockSeparator: "\n" });
const editor = new Editor({ element: root, extensions: [StarterKit], onUpdate: () => changed(state()) });
ready(editor.view.dom, state);
