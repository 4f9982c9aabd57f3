// A Lexical editor without React, as its own examples set it up.
import { createEmptyHistoryState, registerHistory } from "@lexical/history";
import { $getRoot, createEditor } from "lexical";

import { changed, ready, root } from "./lab.js";

export function lexicalBox(register, attributes = {}) {
  const box = root.appendChild(document.createElement("div"));
  box.contentEditable = "true";
  for (const [name, value] of Object.entries(attributes)) box.setAttribute(name, value);
  const editor = createEditor({ namespace: "lab", onError: (error) => { throw error; } });
  editor.setRootElement(box);
  register(editor);
  registerHistory(editor, createEmptyHistoryState(), 300);
  const state = () => editor.getEditorState().read(() => $getRoot().getTextContent());
  editor.registerUpdateListener(() => changed(state()));
  ready(box, state);
  return editor;
}
