import { useState } from "react";
import { createRoot } from "react-dom/client";
import { createEditor, Node } from "slate";
import { withHistory } from "slate-history";
import { Editable, Slate, withReact } from "slate-react";

import { changed, ready, root } from "./lab.js";

let state = () => "";
function Reply() {
  const [editor] = useState(() => withReact(withHistory(createEditor())));
  state = () => editor.children.map((one) => Node.string(one)).join("\n");
  return (
    <Slate editor={editor} initialValue={[{ type: "paragraph", children: [{ text: "" }] }]} onChange={() => changed(state())}>
      <Editable placeholder="Write a reply…" />
    </Slate>
  );
}
createRoot(root).render(<Reply />);
setTimeout(function look() {
  const box = root.querySelector("[contenteditable]");
  if (box) ready(box, () => state());
  else setTimeout(look, 10);
});
