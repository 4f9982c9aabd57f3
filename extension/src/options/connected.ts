/** Whom this browser speaks for, what still waits to be sent, and Disconnect. */

import type { Me } from "../answers";
import type { Standing } from "../background/answer";
import { api } from "../browser";
import { ask } from "../ui/ask";
import { button, el } from "../ui/el";
import { say } from "../ui/say";
import type { Options } from "./main";

export function connectedPart({ origin, waiting }: Standing, me: Me | null, page: Options): HTMLElement {
  const lines = [
    say("paired_with", origin ?? ""),
    me?.person ? say("paired_as", me.person.name) : null,
    me?.station ? say("paired_station", me.station.label) : null,
    me?.branches.length ? say("paired_branches", me.branches.map((one) => one.name).join(", ")) : null,
    waiting ? say("waiting", waiting) : null,
    me ? versionLine(me) : null,
  ].filter((line) => line !== null);
  return el(
    "section",
    {},
    el("h2", {}, say("paired_title")),
    ...lines.map((line) => el("p", {}, line)),
    el("div", { class: "acts" }, button(say("disconnect"), () => page.run(disconnect), page.signal)),
    el("p", { class: "quiet" }, say("disconnect_what")),
  );
}

function versionLine({ latest_version }: Me): string | null {
  return latest_version === api.runtime.getManifest().version ? null : say("newer_version", latest_version);
}

async function disconnect(): Promise<string> {
  return say((await ask<boolean>("disconnect", {})) ? "disconnected" : "disconnected_untold");
}
