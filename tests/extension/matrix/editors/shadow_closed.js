import { inShadow } from "./shadow.js";

inShadow("closed", () => document.createElement("textarea"));
