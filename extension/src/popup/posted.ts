/** "Did you post it?": for replies that were inserted where nothing of ours could see what came of them. */

import type { Standing } from "../background/answer";
import type { Waiting } from "../background/awaiting";
import { ask } from "../ui/ask";
import { button, el } from "../ui/el";
import { say } from "../ui/say";
import type { Popup } from "./main";

export function postedPart({ awaiting }: Standing, page: Popup): readonly HTMLElement[] {
  const asked = awaiting.filter((one) => one.ask);
  if (!asked.length) return [];
  return [el("section", {}, el("h2", {}, say("did_you_post")), ...asked.map((one) => row(one, page)))];
}

function row({ posting, text }: Waiting, page: Popup): HTMLElement {
  const tell = (sign: "told" | "denied"): void =>
    page.run(async () => {
      await ask("sign", { posting, sign });
      page.draw();
      return say(sign === "told" ? "card_posted" : "not_posted_noted");
    });
  return el(
    "div",
    {},
    el("blockquote", {}, text),
    el(
      "div",
      { class: "acts" },
      button(say("yes_posted"), () => tell("told"), page.signal, { class: "deed" }),
      button(say("not_posted"), () => tell("denied"), page.signal),
    ),
  );
}
