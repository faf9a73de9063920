import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { spellings } from "../src/gate/offline/spellings.js";

const vectors = JSON.parse(readFileSync(new URL("../../tests/vectors/spellings.json", import.meta.url)));

test("a typed word has the forms on the phone that it has on the server", () => {
  assert.ok(vectors.length >= 60);
  for (const [word, forms] of vectors) assert.deepEqual(spellings(word), forms, word);
});
