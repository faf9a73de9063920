import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { beforeEach, test } from "node:test";
import { onSignedOut, signOutIn } from "../src/gate/server.js";
import { firstOf, problem } from "../src/gate/family.js";
import { fromBase64 } from "../src/gate/offline/bytes.js";
import { readCode } from "../src/gate/offline/code.js";
import { TicketList } from "../src/gate/offline/list.js";
import { decide, decideOf, isAccompanied } from "../src/gate/offline/local.js";
import { openSealed, readList } from "../src/gate/offline/manifest.js";

const vectors = JSON.parse(readFileSync(new URL("../../tests/vectors/manifest.json", import.meta.url)));
const { now_ms: NOW, codes, lookups } = vectors;
const bodyOf = ({ body }) => new TextEncoder().encode(body);
const read = (signed) => readList(bodyOf(signed), signed.signature);
const whole = await read(vectors.whole);
const change = await read(vectors.change);

let list;
beforeEach(() => {
  list = new TicketList();
  list.take(whole);
});

const ask = (name, more = {}) => decide({ code: codes[name], direction: "entry", now: NOW, ...more }, list);
const own = (id, name, verdict, time, more = {}) =>
  list.addOwn({ scan_id: id, ticket: lookups[name], verdict, time, gate: "gatea", ...more });

test("a list is taken as it was signed, and in no other form", async () => {
  assert.equal(whole.tickets.length, 10);
  const cut = bodyOf(vectors.whole).subarray(0, -1);
  const changed = new TextEncoder().encode(vectors.whole.body.replace('"admit"', '"refuse"'));
  for (const body of [cut, changed]) assert.equal(await readList(body, vectors.whole.signature).catch(() => null), null);
  for (const header of [null, "", "1.abc", vectors.change.signature, vectors.whole.signature.replace("1.", "2.")]) {
    assert.equal(await readList(bodyOf(vectors.whole), header), null, header);
  }
});

test("the phone says of every code of the shared vectors what it should", async () => {
  assert.ok(vectors.cases.length >= 17);
  for (const { why, code, direction, ...expected } of vectors.cases) {
    const said = await decide({ code, direction, now: NOW }, list);
    assert.equal(said.verdict, expected.verdict, why);
    assert.equal(said.moment && Date.parse(said.moment), expected.moment_ms, why);
    assert.equal(said.person?.n ?? null, expected.name, why);
    assert.equal(said.note, expected.note ?? "", why);
    assert.deepEqual(said.party?.map(({ name }) => name) ?? null, expected.party ?? null, why);
    for (const key of ["ticket", "signed"]) if (key in expected) assert.equal(said[key], expected[key], why);
  }
});

test("a record is opened by its own code alone", async () => {
  const { sealed } = list.entry(lookups.zoe);
  const salt = fromBase64(whole.salt);
  assert.equal((await openSealed(sealed, readCode(codes.zoe).raw, salt)).n, "Zoë Example");
  assert.equal(await openSealed(sealed, readCode(codes.pyotr).raw, salt), null);
});

test("a change alters what it names and nothing else; a whole list forgets the rest", async () => {
  list.take(change);
  assert.equal((await ask("pyotr")).verdict, "void");
  assert.equal((await ask("inside")).verdict, "admit");
  assert.deepEqual([(await ask("baby")).note, (await ask("zoe")).verdict], ["", "admit"]);
  list.take({ ...change, full: true });
  assert.equal((await ask("zoe")).note, "unlisted");
});

test("any answer that signs out is heard, and a list that is forgotten judges nobody", async () => {
  const said = [];
  onSignedOut((word) => said.push(word));
  const words = [{ type: "opaqueredirect", status: 0 }, { status: 401 }, { status: 403 }, { status: 200 }].map(signOutIn);
  assert.deepEqual(words, ["signed_out", "not_paired", null, null]);
  assert.deepEqual(said, ["signed_out", "not_paired"]);
  own("a", "zoe", "admit", NOW);
  list.forget();
  assert.deepEqual([list.isThere, list.entry(lookups.zoe), (await ask("pyotr").catch(() => ({ verdict: "none" }))).verdict], [false, null, "unknown"]);
  list.take(whole);
  assert.equal((await ask("zoe")).verdict, "already_in");
});

test("where the list refuses what is not on it, or the point asks what only a list knows, nobody unknown comes in", async () => {
  for (const differs of [{ unlisted: "refuse" }, { point: { ...whole.point, paid_only: true } }]) {
    list.take({ ...whole, ...differs });
    const { verdict, note } = await ask("baby");
    assert.deepEqual([verdict, note], ["unknown", "unlisted"]);
  }
});

test("what this phone did counts until a list tells it", async () => {
  own("a", "zoe", "admit", NOW - 5000);
  const again = await ask("zoe");
  assert.deepEqual([again.verdict, Date.parse(again.moment), again.gate], ["already_in", NOW - 5000, "gatea"]);
  assert.deepEqual(list.count(), { inside: 2, admitted: 2, total: 11 });
  own("b", "zoe", "left", NOW - 4000);
  assert.equal((await ask("zoe")).verdict, "admit");
  own("c", "zoe", "undone", NOW - 3000, { undoes: "b", undone: { verdict: "left", time: NOW - 4000 } });
  assert.equal((await ask("zoe")).verdict, "already_in");
  own("d", "zoe", "undone", NOW - 2000, { undoes: "a", undone: { verdict: "admit", time: NOW - 5000 } });
  assert.equal((await ask("zoe")).verdict, "admit");
  assert.equal(list.count().inside, 1);
});

test("own scans fold in the order of their times, whatever order they are remembered in", async () => {
  own("b", "zoe", "left", NOW - 4000);
  own("a", "zoe", "admit", NOW - 5000);
  own("old", "inside", "admit", NOW - 7_200_000);
  assert.equal((await ask("zoe")).verdict, "admit");
  assert.equal(Date.parse((await ask("inside")).moment), NOW - 3_600_000);
});

test("an admission that the list tells and this phone took back is taken back", async () => {
  const since = NOW - 3_600_000;
  own("u", "inside", "undone", NOW, { undoes: "x", undone: { verdict: "admit", time: since + 3 } });
  assert.equal((await ask("inside")).verdict, "admit");
  assert.equal(list.count().inside, 0);
  list.dropOwn([{ scan_id: "u", ticket: lookups.inside }]);
  assert.equal((await ask("inside")).verdict, "already_in");
});

test("a phone whose clock went back judges by the time of its list, and no repeat passes", async () => {
  const early = NOW - 36_000_000;
  const opens = new Date(NOW - 3_600_000).toISOString();
  list.take({ ...whole, point: { ...whole.point, opens_at: opens } });
  assert.deepEqual([list.isBehind(early), list.isBehind(NOW)], [true, false]);
  assert.equal((await ask("zoe", { now: early })).verdict, "admit");
  const times = ["a", "b", "c"].map((id, index) => {
    const time = list.timeOf(lookups.zoe, early);
    own(id, "zoe", index === 1 ? "left" : "admit", time, { isRaised: true });
    return time;
  });
  assert.deepEqual(times, [0, 1, 2].map((more) => whole.issued_ms + more));
  assert.equal((await ask("zoe", { now: early })).verdict, "already_in");
});

test("who was let in at a time that nobody knows is not let in again by what another gate did since", async () => {
  own("a", "zoe", "admit", NOW, { isRaised: true });
  own("b", "pyotr", "admit", NOW);
  const there = ["zoe", "pyotr"].map((name) => [lookups[name], 0, NOW + 60_000, "gateb"]);
  list.take({ ...whole, moves: there });
  assert.equal((await ask("zoe")).verdict, "already_in");
  assert.equal((await ask("pyotr")).verdict, "admit");
});

test("a ticket of a day is admitted again the next day, and only then", async () => {
  list.take({ ...whole, point: { ...whole.point, mode: "daily" } });
  own("a", "zoe", "admit", NOW);
  assert.equal((await ask("zoe", { now: NOW + 3_600_000 })).verdict, "used");
  assert.equal((await ask("zoe", { now: NOW + 86_400_000 })).verdict, "admit");
  own("b", "zoe", "admit", NOW + 86_400_000);
  assert.equal((await ask("zoe", { now: NOW + 86_500_000 })).verdict, "used");
});

test("what is asked at the door is asked, and then admitted", async () => {
  list.take({ ...whole, point: { ...whole.point, asks: true, required: ["band"] } });
  assert.equal((await ask("zoe")).verdict, "ask");
  assert.equal((await ask("zoe", { ticked: [] })).verdict, "ask");
  assert.equal((await ask("zoe", { ticked: ["band"] })).verdict, "admit");
});

test("of a family those go who may, and the young ones only with the adult", async () => {
  const { party } = await ask("mother");
  const [mother, son] = party.map(({ ticket }) => ticket);
  assert.deepEqual(party.map(({ canGo }) => canGo), [true, true]);
  assert.equal(isAccompanied(party, new Set([son]), "entry"), false);
  assert.equal(isAccompanied(party, new Set([mother, son]), "entry"), true);
  assert.equal(isAccompanied(party, new Set([son]), "exit"), true);
  own("m", "mother", "admit", NOW - 1000);
  const later = (await ask("mother")).party;
  assert.deepEqual(later.map(({ canGo }) => canGo), [false, true]);
  assert.equal(isAccompanied(later, new Set([son]), "entry"), true);
  assert.equal(decideOf(mother, { direction: "entry", now: NOW }, list).verdict, "already_in");
});

test("an adult who came once and left is not there: as the server, no child goes in alone", async () => {
  list.take({ ...whole, moves: [[lookups.mother, 0, NOW - 1000, "gatea"]] });
  const gone = (await ask("mother")).party;
  assert.deepEqual(gone.map(({ cameAt }) => cameAt), [null, null]);
  assert.equal(isAccompanied(gone, new Set([lookups.son]), "entry"), false);
});

test("of a child it is known whether it may leave alone, and of an adult nothing is", async () => {
  own("s", "son", "admit", NOW - 1000);
  const { party } = await ask("mother", { direction: "exit" });
  assert.deepEqual(party.map(({ mayLeaveAlone, canGo }) => [mayLeaveAlone, canGo]), [[null, false], [false, true]]);
});

test("of a group so many go as were counted, of those who can", async () => {
  const { party, person } = await ask("teacher");
  assert.equal(person.g, 1);
  assert.deepEqual(firstOf(party, 2), [lookups.teacher, lookups.zoe]);
  assert.deepEqual(firstOf(party, 3), [lookups.teacher, lookups.zoe, lookups.pyotr]);
  for (const wrong of [0, 4, 1.5, NaN]) assert.deepEqual(firstOf(party, wrong), []);
  const asked = { party, ticked: [], questions: [], direction: "entry", isGroup: true };
  assert.equal(problem({ ...asked, chosen: new Set() }), "count");
  assert.equal(problem({ ...asked, chosen: new Set(firstOf(party, 1)) }), "");
});

test("twenty thousand tickets are in memory well under a second, and a code is judged at once", async () => {
  const tickets = Array.from({ length: 20_000 }, (_, index) => [`t${index}`, 0, 1, 1, null, 0, "x".repeat(120)]);
  const began = performance.now();
  list.take({ ...whole, tickets: [...tickets, ...whole.tickets] });
  assert.ok(performance.now() - began < 500);
  await ask("zoe");
  const asked = performance.now();
  assert.equal((await ask("zoe")).verdict, "admit");
  assert.ok(performance.now() - asked < 150);
});
