import assert from "node:assert/strict";
import { test } from "node:test";
import { isOnlyTab } from "../src/gate/offline/one-tab.js";

// What a browser has, for as many tabs as one wishes: `close` ends the tab that holds a lock.
function locks() {
  const queues = new Map();
  const next = (name) => queues.get(name)[0]?.();
  return {
    request(name, hold) {
      const waiting = queues.get(name) ?? [];
      queues.set(name, waiting);
      if (waiting.push(hold) === 1) next(name);
      return new Promise(() => {});
    },
    close(name) {
      queues.get(name).shift();
      next(name);
    },
  };
}

test("of two tabs of a gate the first one keeps scans, and the second takes over when it is closed", async () => {
  const [all, taken] = [locks(), []];
  assert.equal(await isOnlyTab("a", () => taken.push("first"), all, 20), true);
  assert.equal(await isOnlyTab("a", () => taken.push("second"), all, 20), false);
  assert.equal(await isOnlyTab("b", () => taken.push("other gate"), all, 20), true);
  assert.deepEqual(taken, []);
  all.close("gate a");
  assert.deepEqual(taken, ["second"]);
});

test("a page that is opened again waits for the old one; a browser without locks asks nobody", async () => {
  const [all, taken] = [locks(), []];
  await isOnlyTab("a", () => {}, all, 20);
  setTimeout(() => all.close("gate a"), 20);
  assert.equal(await isOnlyTab("a", () => taken.push("late"), all, 500), true);
  assert.deepEqual(taken, []);
  assert.equal(await isOnlyTab("a", () => {}, null), true);
});
