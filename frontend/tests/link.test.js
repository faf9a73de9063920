import assert from "node:assert/strict";
import { test } from "node:test";
import { Link } from "../src/gate/offline/link.js";

function watched(options) {
  const seen = [];
  return [new Link({ ...options, changed: (isOnline) => seen.push(isOnline) }), seen];
}

test("one answer above two seconds is offline, three good ones are back", () => {
  const [link, seen] = watched();
  link.answered(300);
  link.answered(2001);
  link.answered(100);
  link.answered(100);
  assert.deepEqual(seen, [false]);
  link.answered(100);
  assert.deepEqual(seen, [false, true]);
});

test("one error is none, two in a row are offline", () => {
  const [link, seen] = watched();
  link.failed();
  link.answered(50);
  link.failed();
  assert.equal(link.isOnline, true);
  link.failed();
  assert.deepEqual(seen, [false]);
});

test("a flapping network does not come back by good answers that are not in a row", () => {
  const [link, seen] = watched({ isOnline: false });
  for (let times = 0; times < 5; times++) {
    link.answered(50);
    link.answered(50);
    link.failed();
  }
  link.answered(50);
  link.late();
  assert.deepEqual(seen, []);
});

test("the browser's own word is offline at once", () => {
  const [link, seen] = watched();
  link.gone();
  link.gone();
  assert.deepEqual(seen, [false]);
});
