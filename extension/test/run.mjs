// Every test/*.test.ts, bundled beside its sources and run by node's own test runner.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

// No browser is here, and no test of these asks it anything; Node 18 has its `crypto` in a module alone.
const BANNER = 'import { webcrypto } from "node:crypto"; globalThis.crypto ??= webcrypto; globalThis.chrome ??= {};';

const here = fileURLToPath(new URL(".", import.meta.url));
const wanted = process.argv.slice(2);
const tests = readdirSync(here).filter((name) => name.endsWith(".test.ts") && (!wanted.length || wanted.includes(name)));
const folder = mkdtempSync(join(tmpdir(), "shopbell-extension-"));
try {
  await build({
    entryPoints: tests.map((name) => join(here, name)),
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node18",
    sourcemap: "inline",
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    logLevel: "warning",
    define: { __TEST__: "true", __ORIGIN__: JSON.stringify("") },
    banner: { js: BANNER },
  });
  const bundles = readdirSync(folder).map((name) => join(folder, name));
  process.exitCode = spawnSync(process.execPath, ["--enable-source-maps", "--test", ...bundles], { stdio: "inherit" }).status ?? 1;
} finally {
  rmSync(folder, { recursive: true });
}
