/** "This page looks different": said where she looks for our cards, once, and put away by her. */

import { button, el } from "../ui/el";
import { say } from "../ui/say";
import { panelIn } from "./panel";

export function notice(signal: AbortSignal): void {
  const ended = new AbortController();
  const panel = panelIn(document.body, say("name"));
  const close = (): void => (ended.abort(), panel.remove());
  panel.host.style.cssText = "position:fixed;right:12px;bottom:12px;width:min(22rem,90vw);z-index:2147483000";
  panel.draw(
    el(
      "div",
      {},
      el("p", { role: "status" }, say("looks_different")),
      el("div", { class: "acts" }, button(say("close"), close, ended.signal)),
    ),
  );
  signal.addEventListener("abort", close, { once: true, signal: ended.signal });
}
