/** What the tests call from a page of the extension: the same functions as the background and the popup. */

import { act, findBox } from "../src/background/anywhere";

Object.assign(globalThis, { shopbell: { act, findBox } });
