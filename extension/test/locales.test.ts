import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { SITES } from "../src/sites";
import { KINDS } from "../src/trouble";

const HERE = process.cwd(); // the extension's folder: `run.mjs` sees to that
type Messages = Record<string, { message: string }>;

function messages(language: string): Messages {
  return JSON.parse(readFileSync(join(HERE, "_locales", language, "messages.json"), "utf8")) as Messages;
}

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((one) => {
    const path = join(folder, one.name);
    return one.isDirectory() ? sources(path) : [readFileSync(path, "utf8")];
  });
}

const english = messages("en");
const spanish = messages("es");
const code = sources(join(HERE, "src")).join("\n");

/** Keys made of two parts: what goes before, and what may come after. */
const MADE: Readonly<Record<string, readonly string[]>> = {
  trouble_: KINDS,
  site_: SITES.map((one) => one.site),
  answered_: ["page", "us", "site"],
  conflict_: ["answered", "held", "draft"],
  level_: ["block", "warn", "note"],
  blank_: ["empty", "long", "choice"],
  note_: ["long", "choice", "link", "phone", "email", "money", "newline"],
  refused_: ["no_box", "gone", "invisible", "readonly", "too_long", "single_line", "composing", "other_card"],
};
const used = [
  ...[...code.matchAll(/\bsay\(\s*"([a-z_]+)"/g)].map((found) => found[1] ?? ""),
  ...Object.entries(MADE).flatMap(([before, after]) => after.map((one) => `${before}${one}`)),
];

test("each language has the same keys", () => {
  assert.deepEqual(Object.keys(spanish).sort(), Object.keys(english).sort());
});

test("whatever is said has its words", () => {
  assert.deepEqual([...new Set(used)].filter((key) => !english[key]), []);
});

test("no words are kept that nobody says", () => {
  const kept = Object.keys(english).filter((key) => !used.includes(key) && !code.includes(`"${key}"`));
  const made = /^(conflict_\w+_(theirs|go)|partial|not_taken)$/; // put together, or an outcome's name
  const inManifest = ["name", "description", "action"];
  assert.deepEqual(kept.filter((key) => !made.test(key) && !inManifest.includes(key)), []);
});

test("each language has the same places for what is put in", () => {
  const places = (one: Messages, key: string): string[] => [...new Set(one[key]?.message.match(/\$\d/g))].sort();
  for (const key of Object.keys(english)) assert.deepEqual(places(spanish, key), places(english, key), key);
});
