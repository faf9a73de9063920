import assert from "node:assert/strict";
import { test } from "node:test";
import { Clock } from "../src/gate/offline/clock.js";
import { OwnScans } from "../src/gate/offline/own-scans.js";
import { Uploads, wireOf } from "../src/gate/offline/uploads.js";

// What store.js does with a database, in memory.
class Shelf {
  scans = new Map();

  async scan(id) {
    return this.scans.get(id) ?? null;
  }

  async scansIn(wanted) {
    return [...this.scans.values()].filter(({ status }) => status === wanted).sort((one, other) => one.seq - other.seq);
  }

  async count(wanted) {
    return (await this.scansIn(wanted)).length;
  }

  async settle(statuses, scans) {
    if (this.isFull) throw new Error("QuotaExceededError");
    for (const [id, status, again] of statuses) this.scans.set(id, { ...this.scans.get(id), status, again });
    for (const scan of scans) this.scans.set(scan.scan_id, { ...scan, seq: this.scans.size + 1 });
    return scans;
  }
}

function queue(answers, { scans = 3, gate = () => "a", time = { now: 0 } } = {}) {
  const store = new Shelf();
  for (let seq = 1; seq <= scans; seq++) {
    const id = `s${seq}`;
    store.scans.set(id, { scan_id: id, seq, gate: gate(seq), status: "waiting", run: "now", span: 0, mark: 0, undoes: null });
  }
  const sent = [];
  const send = async (to, { scans: batch }) => {
    sent.push([to, batch.map(({ scan_id: id }) => id)]);
    const status = await answers(to, batch, sent.length);
    if (typeof status === "string") return { trouble: status };
    if (typeof status === "number") return { trouble: "not_taken", status };
    return { answer: { now_ms: 0, results: batch.map(({ scan_id: id }) => ({ scan_id: id, ...status(id) })) } };
  };
  const clock = new Clock({ mono: () => time.now, wall: () => time.now });
  const told = [];
  const settled = async (those) => void told.push(...those.map(({ scan, status }) => [scan.scan_id, status]));
  const list = { timeOf: () => time.now, isBehind: () => false, addOwn() {} };
  const own = new OwnScans({ store, list, clock, page: { gate: "a", run: "now", late: "too late" }, changed() {} });
  const correct = (one) => own.correctionOf(one);
  return { store, sent, told, time, uploads: new Uploads({ store, clock, run: "now", send, correct, settled }) };
}

const all = (status) => () => ({ status });

test("everything goes up in batches, in the order in which it was scanned", async () => {
  const { uploads, sent } = queue(() => all("stored"), { scans: 1100 });
  await uploads.run();
  assert.deepEqual(sent.map(([, ids]) => ids.length), [500, 500, 100]);
  assert.deepEqual(sent.flatMap(([, ids]) => ids), Array.from({ length: 1100 }, (_, index) => `s${index + 1}`));
  assert.equal(uploads.waiting, 0);
});

test("what is stored or known is sent, what is refused is kept and never sent again, what waits is", async () => {
  const said = { s1: "stored", s2: "known", s3: "refused", s4: "waiting" };
  const { uploads, sent, told, store } = queue(() => (id) => ({ status: said[id] }), { scans: 4 });
  await uploads.run();
  await uploads.run();
  assert.deepEqual(sent.map(([, ids]) => ids.length), [4, 1, 1]);
  assert.deepEqual(told, [["s1", "sent"], ["s2", "sent"], ["s3", "refused"]]);
  assert.deepEqual([uploads.waiting, uploads.refused, store.scans.get("s4").status], [1, 1, "waiting"]);
});

test("what takes back a scan that was refused does not wait for ever", async () => {
  const said = { s1: "refused", s2: "waiting" };
  const { uploads, store } = queue(() => (id) => ({ status: said[id] }), { scans: 2 });
  store.scans.get("s2").undoes = "s1";
  await uploads.run();
  await uploads.run();
  assert.deepEqual([uploads.waiting, uploads.refused], [0, 2]);
});

test("a lost answer loses nothing: the same scans go up again, after a pause that grows", async () => {
  const { uploads, sent, time } = queue((_to, _batch, times) => (times < 3 ? "no_answer" : all("known")));
  await uploads.run();
  await uploads.run();
  assert.equal(sent.length, 1);
  time.now += 2000;
  await uploads.run();
  time.now += 2000;
  await uploads.run();
  assert.equal(sent.length, 2);
  await uploads.run({ isUrgent: true });
  assert.deepEqual([sent.length, uploads.waiting], [3, 0]);
});

test("a gate that takes nothing does not hold up the others", async () => {
  const answers = (to) => (to === "closed" ? "not_taken" : all("stored"));
  const { uploads, sent, store } = queue(answers, { scans: 4, gate: (seq) => (seq % 2 ? "closed" : "open") });
  await uploads.run();
  assert.deepEqual(sent, [["closed", ["s1", "s3"]], ["open", ["s2", "s4"]]]);
  assert.equal(store.scans.get("s1").status, "waiting");
});

test("why nobody takes what waits is told, and everything is kept", async () => {
  const whys = [["signed_out", "signed_out"], [401, "not_paired"], [403, "not_yours"], [404, "not_yours"], [503, null], ["no_answer", null]];
  for (const [said, why] of whys) {
    const { uploads } = queue((_to, _batch, times) => (times < 2 ? said : all("stored")));
    await uploads.count();
    await uploads.run();
    assert.deepEqual([uploads.trouble, uploads.waiting], [why, 3], said);
    await uploads.run({ isUrgent: true });
    assert.deepEqual([uploads.trouble, uploads.waiting], [null, 0], said);
  }
});

test("what the door did and the server had not is sent as well, and never lost between two writings", async () => {
  const said = { s1: "unknown", s2: "admit", s3: "admit" };
  const { uploads, store, sent } = queue((_to, _batch, times) => (id) => {
    return times < 3 ? { status: "known", verdict: said[id] } : { status: "stored", verdict: null };
  });
  for (const [id, verdict] of [["s1", "admit"], ["s2", "unknown"], ["s3", "admit"]]) store.scans.get(id).verdict = verdict;
  store.isFull = true;
  await assert.rejects(uploads.run());
  assert.deepEqual([...store.scans.values()].map(({ status }) => status), ["waiting", "waiting", "waiting"]);
  store.isFull = false;
  await uploads.run();
  const [again, undo, ...more] = [...store.scans.values()].slice(3);
  assert.deepEqual([again.verdict, store.scans.get("s1").again, again.undoes], ["admit", again.scan_id, null]);
  assert.deepEqual([undo.verdict, undo.undoes, undo.undone.verdict, undo.reason], ["undone", "s2", "admit", "too late"]);
  assert.deepEqual(more, []);
  assert.deepEqual(sent.at(-1)[1], [again.scan_id, undo.scan_id]);
});

test("a scan says for ever by what it was judged, whatever the list says by then", async () => {
  const time = { now: 5 };
  const store = new Shelf();
  const list = { head: { at: "hall", point: { version: 3, mode: "once" }, issued_ms: 4 }, timeOf: () => 5, isBehind: () => false, addOwn() {} };
  store.addScan = async (scan) => scan;
  const clock = new Clock({ mono: () => time.now, wall: () => time.now });
  const own = new OwnScans({ store, list, clock, page: { gate: "a", run: "now" }, changed() {} });
  const said = { ticket: "t", signed: null, verdict: "admit", moment: null, gate: null };
  const scan = await own.keep({ showing: { scan_id: "s", direction: "entry", source: "camera" }, said });
  list.head = { ...list.head, at: "meal", point: { version: 4, mode: "daily" } };
  const { point, rules, mode, issued_ms } = wireOf({ ...scan, seq: 1 }, clock, "now");
  assert.deepEqual([point, rules, mode, issued_ms], ["hall", 3, "once", 4]);
  const old = wireOf({ scan_id: "old", seq: 2 }, clock, "now");
  assert.deepEqual([old.point, old.mode], [null, null]);
});

test("ages are told of this run of the page alone", async () => {
  const ages = [];
  const answers = (_to, batch) => {
    ages.push(...batch.map(({ age_ms: age }) => age));
    return all("stored");
  };
  const { uploads, store, time } = queue(answers, { scans: 2 });
  store.scans.get("s1").run = "before";
  time.now += 700;
  await uploads.run();
  assert.deepEqual(ages, [null, 700]);
});

test("a network that is too weak for many at once brings up few, and then more", async () => {
  const { uploads, sent, time } = queue((_gate, batch) => (batch.length > 100 ? "no_answer" : all("stored")), { scans: 300 });
  for (let turn = 0; turn < 8; turn++) {
    await uploads.run({ isUrgent: true });
    time.now += 100_000;
  }
  assert.equal(uploads.waiting, 0);
  assert.deepEqual(sent.map(([, ids]) => ids.length).slice(0, 4), [300, 250, 125, 63]);
});
