import assert from "node:assert/strict";
import { test } from "node:test";
import { timeForViewer } from "../src/times.js";

const talk = { start: "2027-07-12T11:00:00+00:00", end: "2027-07-12T13:00:00+00:00", zone: "Europe/Moscow" };
const seenFrom = (viewerZone, language = "en") => timeForViewer({ ...talk, viewerZone, language });

test("a reader on the event's clock sees no second time", () => {
  assert.equal(seenFrom("Europe/Moscow"), null);
});

test("a zone of another name with the same clock adds nothing", () => {
  assert.equal(seenFrom("Africa/Nairobi"), null);
});

test("on the same day only the hours are told", () => {
  assert.deepEqual(seenFrom("Europe/Berlin"), { text: "13:00\u201315:00", place: "Berlin" });
});

test("on another day the day is told too", () => {
  const { text } = seenFrom("Pacific/Kiritimati");
  assert.match(text, /^Tue 13 Jul, 01:00/);
});

test("in Russian the place is an offset, since cities have English names", () => {
  assert.deepEqual(seenFrom("Europe/Berlin", "ru"), { text: "13:00\u201315:00", place: "GMT+2" });
});

test("a moment without an end is one time", () => {
  assert.equal(timeForViewer({ ...talk, end: null, viewerZone: "Asia/Tokyo", language: "en" }).text, "20:00");
});

test("an unknown zone is refused", () => {
  assert.throws(() => seenFrom("Mars/Olympus"), RangeError);
});
