import { editable, inShadow } from "./shadow.js";

inShadow("closed", editable);
