// As Facebook's comment box behaves: Enter sends.
import { registerRichText } from "@lexical/rich-text";
import { COMMAND_PRIORITY_HIGH, KEY_ENTER_COMMAND } from "lexical";

import { lab } from "./lab.js";
import { lexicalBox } from "./lexical_box.js";

const editor = lexicalBox(registerRichText, { role: "textbox", "aria-label": "Write a comment…", "data-lexical-editor": "true" });
editor.registerCommand(KEY_ENTER_COMMAND, () => ((lab.submits += 1), true), COMMAND_PRIORITY_HIGH);
