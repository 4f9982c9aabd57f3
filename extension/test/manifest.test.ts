import assert from "node:assert/strict";
import { test } from "node:test";

import { manifest } from "../src/manifest";

test("nothing is granted at installation, and every host can be asked for later", () => {
  for (const target of ["chrome", "firefox"] as const) {
    const made = manifest(target, "store", "1.2.3");
    assert.equal(made["host_permissions"], undefined);
    assert.ok((made["optional_host_permissions"] as string[]).includes("https://biz.yelp.com/*"));
  }
});

test("each browser gets its own kind of background, and no key the other would not know", () => {
  const chrome = manifest("chrome", "store", "1.2.3");
  const firefox = manifest("firefox", "store", "1.2.3");
  assert.deepEqual(chrome["background"], { service_worker: "background.js" });
  assert.deepEqual(firefox["background"], { scripts: ["background.js"] });
  assert.equal(chrome["browser_specific_settings"], undefined);
  assert.equal(firefox["externally_connectable"], undefined);
});

test("no other extension may speak to ours in Chromium", () => {
  assert.deepEqual(manifest("chrome", "store", "1.2.3")["externally_connectable"], { matches: [], ids: [] });
});

test("a company's edition speaks to its one service, under ids of its own", () => {
  const fleet = { service: "https://bell.example", key: "MIIB", id: "bell@company.example" };
  const chrome = manifest("chrome", "fleet", "1.2.3", fleet);
  const firefox = manifest("firefox", "fleet", "1.2.3", fleet);
  assert.deepEqual(chrome["host_permissions"], ["https://bell.example/*"]);
  assert.ok(!(chrome["optional_host_permissions"] as string[]).includes("https://*/*"));
  assert.match(JSON.stringify(chrome["content_security_policy"]), /connect-src https:\/\/bell\.example"/);
  assert.equal(chrome["key"], "MIIB");
  assert.equal(firefox["key"], undefined);
  assert.match(JSON.stringify(firefox["browser_specific_settings"]), /"id":"bell@company\.example"/);
});

test("no page can load a file of ours", () => {
  assert.equal(manifest("chrome", "store", "1.2.3")["web_accessible_resources"], undefined);
});
