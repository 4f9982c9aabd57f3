import { editable, inShadow } from "./shadow.js";

inShadow("open", editable);
