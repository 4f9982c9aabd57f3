/** Where the background begins. It keeps nothing in globals: the browser stops it whenever it likes. */

import { api } from "../browser";
import { prepare } from "./anywhere";

api.action.onClicked.addListener((tab) => void prepare(tab.id));
