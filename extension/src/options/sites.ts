/** The sites where our card may stand beside a review: each is granted, and taken back, by itself. */

import type { Me } from "../answers";
import type { Standing } from "../background/answer";
import { api } from "../browser";
import { type Site, SITES } from "../sites";
import { ask } from "../ui/ask";
import { el } from "../ui/el";
import { say } from "../ui/say";
import type { Options } from "./main";

export function sitesPart(standing: Standing, me: Me | null, page: Options): HTMLElement {
  return el(
    "section",
    {},
    el("h2", {}, say("sites_title")),
    el("p", {}, say("sites_how")),
    el("ul", { class: "plain" }, ...SITES.map((site) => el("li", {}, siteRow(site, standing, page), autoRow(site, standing, me, page)))),
    el("p", { class: "quiet" }, say("sites_elsewhere")),
  );
}

function siteRow(site: Site, { granted }: Standing, page: Options): HTMLElement {
  const box = el("input", { type: "checkbox", checked: granted.includes(site.site) });
  const turn = (): void => {
    const origins = [...site.matches];
    const turned = box.checked ? api.permissions.request({ origins }) : api.permissions.remove({ origins });
    page.run(async () => {
      const done = await turned;
      await ask("reconcile", {});
      return say(!done ? "sites_not_granted" : box.checked ? "sites_on" : "sites_off", nameOf(site));
    });
  };
  box.addEventListener("change", turn, { signal: page.signal });
  return el("label", { class: "check" }, box, el("span", {}, say("sites_cards", nameOf(site))));
}

/** Offered where the service lets this person capture at all; off until she turns it on. */
function autoRow(site: Site, { granted, auto }: Standing, me: Me | null, page: Options): HTMLElement | null {
  if (!me?.capture || !granted.includes(site.site) || !me.auto_capture.includes(site.site)) return null;
  const box = el("input", { type: "checkbox", checked: auto.includes(site.site) });
  const turn = (): void =>
    page.run(async () => {
      await ask("auto", { site: site.site, on: box.checked });
      return null;
    });
  box.addEventListener("change", turn, { signal: page.signal });
  return el("label", { class: "check" }, box, el("span", {}, say("sites_auto", nameOf(site))));
}

function nameOf({ site }: Site): string {
  return say(`site_${site}`);
}
