import { registerRichText } from "@lexical/rich-text";

import { lexicalBox } from "./lexical_box.js";

lexicalBox(registerRichText);
