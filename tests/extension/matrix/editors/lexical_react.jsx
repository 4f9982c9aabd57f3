import { LexicalComposer } from "@lexical/react/LexicalComposer";
import { ContentEditable } from "@lexical/react/LexicalContentEditable";
import { LexicalErrorBoundary } from "@lexical/react/LexicalErrorBoundary";
import { HistoryPlugin } from "@lexical/react/LexicalHistoryPlugin";
import { OnChangePlugin } from "@lexical/react/LexicalOnChangePlugin";
import { RichTextPlugin } from "@lexical/react/LexicalRichTextPlugin";
import { $getRoot } from "lexical";
import { createRoot } from "react-dom/client";

import { changed, lab, ready, root } from "./lab.js";

let held = "";
function onChange(state) {
  state.read(() => changed((held = $getRoot().getTextContent())));
}

createRoot(root).render(
  <LexicalComposer initialConfig={{ namespace: "lab", onError: (error) => { throw error; } }}>
    <RichTextPlugin
      contentEditable={<ContentEditable ref={(box) => box && (lab.box = box)} />}
      placeholder={<p>Write a reply…</p>}
      ErrorBoundary={LexicalErrorBoundary}
    />
    <HistoryPlugin />
    <OnChangePlugin onChange={onChange} />
  </LexicalComposer>,
);
ready(null, () => held);
