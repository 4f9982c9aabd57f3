// `node build.mjs OUT NAME…`: the editors of those names as scripts a page can load; `all` for every one.
import { readdirSync } from "node:fs";
import { dirname, join, parse } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const PARTS = ["lab", "lexical_box", "shadow"];

const here = dirname(fileURLToPath(import.meta.url));
const [outdir, ...wanted] = process.argv.slice(2);
const named = readdirSync(join(here, "editors")).filter((file) => !PARTS.includes(parse(file).name));
const files = named.filter((file) => wanted.includes("all") || wanted.includes(parse(file).name));
const older = { react: "react18", "react-dom": "react-dom18" };
await bundle(files.filter((file) => file !== "react18.js"), {});
await bundle(files.filter((file) => file === "react18.js"), older);

async function bundle(some, alias) {
  await build({
    absWorkingDir: here,
    entryPoints: some.map((file) => `editors/${file}`),
    alias,
    outdir,
    bundle: true,
    format: "iife",
    target: "es2022",
    jsx: "automatic",
    charset: "utf8",
    logLevel: "error",
    define: { global: "window", "process.env.NODE_ENV": '"production"', __VUE_OPTIONS_API__: "true", __VUE_PROD_DEVTOOLS__: "false", __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false" },
    tsconfigRaw: { compilerOptions: { experimentalDecorators: true, useDefineForClassFields: false } },
  });
}
