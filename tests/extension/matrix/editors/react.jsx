// A controlled textarea: what React's state does not hold, React takes out again.
import { useState } from "react";
import { createRoot } from "react-dom/client";

import { changed, lab, ready, root } from "./lab.js";

let held = "";
function Reply() {
  const [text, setText] = useState("");
  held = text;
  const onChange = (event) => (setText(event.target.value), changed(event.target.value));
  return <textarea value={text} onChange={onChange} ref={(box) => box && (lab.box = box)} />;
}
createRoot(root).render(<Reply />);
ready(null, () => held);
