import { Editor, EditorState } from "draft-js";
import { useState } from "react";
import { createRoot } from "react-dom/client";

import { changed, lab, ready, root } from "./lab.js";

let held = "";
function Reply() {
  const [state, setState] = useState(() => EditorState.createEmpty());
  held = state.getCurrentContent().getPlainText("\n");
  const onChange = (next) => (setState(next), changed(next.getCurrentContent().getPlainText("\n")));
  return <Editor editorState={state} onChange={onChange} placeholder="Write a reply…" ref={(one) => one && (lab.box = one.editor)} />;
}
createRoot(root).render(<Reply />);
ready(null, () => held);
