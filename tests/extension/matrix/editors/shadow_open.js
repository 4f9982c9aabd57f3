import { inShadow } from "./shadow.js";

inShadow("open", () => document.createElement("textarea"));
