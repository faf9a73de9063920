import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { judge } from "../src/gate/judge.js";

const cases = JSON.parse(readFileSync(new URL("../../tests/vectors/verdicts.json", import.meta.url)));

test("the page judges as the server does, in every case of the shared vectors", () => {
  assert.ok(cases.length >= 300);
  for (const { why, ticket, point, direction, now, ticked, verdict, moment } of cases) {
    assert.deepEqual(judge(ticket, point, { direction, now, ticked }), { verdict, moment }, why);
  }
});
