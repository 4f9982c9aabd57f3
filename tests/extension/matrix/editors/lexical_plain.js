import { registerPlainText } from "@lexical/plain-text";

import { lexicalBox } from "./lexical_box.js";

lexicalBox(registerPlainText);
