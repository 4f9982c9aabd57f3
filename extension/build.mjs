/**
 * One source, two unpacked extensions: `node build.mjs [--flavour=store|test] [--out=dist]`; a company's own edition:
 * `node build.mjs --flavour=fleet --service=https://… --key=… --id=name@company`.
 *
 * Nothing is minified and nothing is fetched: what a store's reviewer reads is what was written. The same tree and the
 * same lock give the same bytes.
 */

import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const TARGETS = { chrome: "chrome122", firefox: "firefox140" };

/** What each script of the extension begins with; one line for each. */
const ENTRIES = {
  background: "src/background/main.ts",
  box: "src/content/box.ts",
  site: "src/content/site.ts",
  options: "src/options/main.ts",
  popup: "src/popup/main.ts",
};

/** What is copied as it is. */
const COPIED = ["_locales", "icons", "src/options/options.html", "src/popup/popup.html", "src/ui/page.css", "fleet/managed.json"];

const { values: asked } = parseArgs({
  options: {
    flavour: { type: "string", default: "store" },
    out: { type: "string", default: join(here, "dist") },
    service: { type: "string" },
    key: { type: "string" },
    id: { type: "string" },
  },
});
if (!["store", "test", "fleet"].includes(asked.flavour)) throw new Error(`no such flavour: ${asked.flavour}`);
const fleet = asked.flavour === "fleet" ? fleetOf(asked) : undefined;

const { version } = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
const manifest = await manifestOf();
for (const target of Object.keys(TARGETS)) await make(target, join(resolve(asked.out), target));

async function make(target, folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of COPIED) cpSync(join(here, name), join(folder, basename(name)), { recursive: true });
  if (asked.flavour === "test") cpSync(join(here, "test/pages"), folder, { recursive: true });
  writeFileSync(join(folder, "manifest.json"), `${JSON.stringify(manifest(target, asked.flavour, version, fleet), null, 2)}\n`);
  await build({
    absWorkingDir: here,
    entryPoints: asked.flavour === "test" ? { ...ENTRIES, harness: "test/harness.ts" } : ENTRIES,
    outdir: folder,
    bundle: true,
    format: "iife",
    target: TARGETS[target],
    charset: "utf8",
    legalComments: "none",
    logLevel: "warning",
    define: { __TEST__: String(asked.flavour === "test"), __ORIGIN__: JSON.stringify(fleet?.service ?? "") },
  });
}

/** A company's edition speaks to one service over https; its ids are its own. */
function fleetOf({ service, key, id }) {
  if (!service || !key || !id) throw new Error("a fleet edition needs --service, --key and --id");
  const { protocol, origin } = new URL(service);
  if (protocol !== "https:" || origin !== service) throw new Error(`not an https origin: ${service}`);
  return { service, key, id };
}

/** The manifest's source is TypeScript: it is bundled in memory and read from there. */
async function manifestOf() {
  const { outputFiles } = await build({
    absWorkingDir: here,
    entryPoints: ["src/manifest.ts"],
    bundle: true,
    format: "esm",
    write: false,
    logLevel: "warning",
  });
  const module = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
  return module.manifest;
}
