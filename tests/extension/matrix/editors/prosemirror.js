import { baseKeymap } from "prosemirror-commands";
import { history } from "prosemirror-history";
import { keymap } from "prosemirror-keymap";
import { schema } from "prosemirror-schema-basic";
import { EditorState } from "prosemirror-state";
import { EditorView } from "prosemirror-view";

import { changed, ready, root } from "./lab.js";

const state = () => view.state.doc.textBetween(0, view.state.doc.content.size, "\n", () => "\n");
const view = new EditorView(root, {
  state: EditorState.create({ schema, plugins: [history(), keymap(baseKeymap)] }),
  dispatchTransaction(transaction) {
    view.updateState(view.state.apply(transaction));
    changed(state());
  },
});
ready(view.dom, state);
