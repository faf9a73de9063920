import assert from "node:assert/strict";
import { test } from "node:test";
import { Clock } from "../src/gate/offline/clock.js";

const SERVER = Date.UTC(2027, 6, 12, 9, 0, 0);

// A phone whose clocks are turned by hand; `ahead` is how much its own is wrong.
function phone(ahead, options = {}) {
  const time = { passed: 0, slept: 0, ahead };
  const clock = new Clock({
    mono: () => 5000 + time.passed - time.slept,
    wall: () => SERVER + time.passed + time.ahead,
    ...options,
  });
  const wait = (ms) => (time.passed += ms);
  const server = () => SERVER + time.passed;
  return { clock, time, wait, server };
}

test("the server's time is told by a phone that is hours or years wrong", () => {
  for (const ahead of [-26 * 3_600_000, -600_000, 0, 600_000, 3 * 365 * 86_400_000]) {
    const { clock, wait, server } = phone(ahead);
    const sent = clock.mark();
    wait(300);
    clock.heard(server() - 150, sent);
    wait(60_000);
    assert.equal(clock.now(), server());
    assert.equal(clock.isWrong, Math.abs(ahead) > 120_000);
    const { at_ms, offset_ms } = clock.stamp();
    assert.equal(at_ms + offset_ms, server());
  }
});

test("a clock that is set during the shift changes nothing", () => {
  const { clock, time, wait, server } = phone(0);
  clock.heard(server(), clock.mark());
  const before = clock.stamp();
  wait(5000);
  time.ahead += 7_200_000;
  wait(5000);
  const { at_ms, offset_ms } = clock.stamp();
  assert.equal(at_ms + offset_ms, server());
  assert.equal(clock.now(), server());
  assert.equal(clock.age(before), 10_000);
});

test("sleep while the page is hidden is no setting, and no age is told across it", () => {
  const { clock, time, wait, server } = phone(30_000);
  clock.heard(server(), clock.mark());
  const before = clock.stamp();
  clock.hidden();
  wait(600_000);
  time.slept += 600_000;
  clock.shown();
  assert.equal(clock.now(), server());
  assert.equal(clock.age(before), null);
  assert.equal(clock.age(clock.stamp()), 0);
});

test("set back while the page is hidden is a setting: time never goes back", () => {
  const { clock, time, wait, server } = phone(0);
  clock.heard(server(), clock.mark());
  clock.hidden();
  wait(1000);
  time.ahead -= 3_600_000;
  clock.shown();
  assert.equal(clock.now(), server());
});

test("whole seconds do not spoil what was heard exactly, a great difference does", () => {
  const { clock, server } = phone(0);
  clock.heard(server(), clock.mark());
  clock.heard(server() - 1500, clock.mark(), { isExact: false });
  assert.equal(clock.offset, 0);
  clock.heard(server() + 60_000, clock.mark(), { isExact: false });
  assert.equal(clock.offset, 60_500);
});

test("a slow answer is not heard, and a remembered offset holds until the first", () => {
  const { clock, wait, server } = phone(-5000, { offset: 5000 });
  assert.equal(clock.now(), server());
  const sent = clock.mark();
  wait(9000);
  clock.heard(server() + 70_000, sent);
  assert.equal(clock.offset, 5000);
});

test("who never heard the server has no offset", () => {
  assert.equal(phone(0).clock.stamp().offset_ms, null);
});

test("an answer that took work says its time only when it came at once", () => {
  const { clock, wait, server } = phone(0);
  clock.heard(server(), clock.mark());
  const [sent, made] = [clock.mark(), server()];
  wait(1500);
  clock.heard(made, sent, { isWork: true });
  assert.equal(clock.now(), server());
  clock.heard(server() + 7000, clock.mark(), { isWork: true });
  assert.equal(clock.now(), server() + 7000);
});
