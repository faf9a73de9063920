// The way of kept scans to the server: in batches, one at a time, again and again until each has its answer.
import { NOT_YOURS } from "./manifest.js";

const MOST = 500;
const FEWEST = 20; // what a network brings up at last that is too weak for more
const TROUBLES = new Map([...[...NOT_YOURS].map((status) => [status, "not_yours"]), [401, "not_paired"]]);
const PAUSES = [2000, 5000, 15_000, 60_000];

// A scan as it is sent: docs/adr/0027.
export function wireOf(scan, clock, run) {
  const { scan_id, seq, signed, direction, source, verdict, moment_ms } = scan;
  const { point = null, rules, mode = null, issued_ms } = scan; // a scan that was kept by an older page may lack them
  const ticket = signed ? null : scan.ticket; // the server knows no lookup of what is not on the list
  const { at_ms, offset_ms, ticked, reason, undoes } = scan;
  const age_ms = scan.run === run ? clock.age(scan) : null;
  return {
    ...{ scan_id, seq, ticket, signed, direction, source, verdict, moment_ms },
    ...{ point, rules, mode, issued_ms },
    ...{ at_ms, offset_ms, age_ms, ticked, reason, undoes },
  };
}

export class Uploads {
  #store;
  #clock;
  #run;
  #send;
  #correct;
  #settled;
  #isBusy = false;
  #isWanted = false;
  #failures = 0;
  #most = MOST;
  #notBefore = 0;
  #troubles = new Map(); // by gates
  waiting = 0;
  refused = 0;

  // `send(gate, body)` gives { answer } or { trouble, status }; `correct({ scan, verdict })` gives the scan that has to
  // follow for the verdict that the server has stored, or null; `settled(those)` is called after each batch with
  // [{ scan, status, correction }].
  constructor({ store, clock, run, send, correct, settled }) {
    this.#store = store;
    this.#clock = clock;
    this.#run = run;
    this.#send = send;
    this.#correct = correct;
    this.#settled = settled;
  }

  // Why nobody takes some of what waits: "signed_out", "not_paired" (this phone), "not_yours" (a gate), or null.
  get trouble() {
    const [first = null] = this.#troubles.values();
    return this.waiting ? first : null;
  }

  async count() {
    [this.waiting, this.refused] = await Promise.all([this.#store.count("waiting"), this.#store.count("refused")]);
  }

  // Sends what waits. `isUrgent` does not wait for the end of a pause after failures.
  async run({ isUrgent = false } = {}) {
    if (isUrgent) this.#notBefore = 0;
    if (this.#isBusy) return void (this.#isWanted = true);
    this.#isBusy = true;
    const refusing = new Set();
    try {
      do {
        this.#isWanted = false;
      } while ((await this.#sendOnce(refusing)) || this.#isWanted);
    } finally {
      this.#isBusy = false;
    }
  }

  // Whether there is more to be sent at once. A gate that takes nothing does not hold up the others.
  async #sendOnce(refusing) {
    if (this.#clock.mark() < this.#notBefore) return false;
    const batch = await this.#batch(refusing);
    if (!batch.length) return false;
    const sent = this.#clock.mark();
    const scans = batch.map((scan) => wireOf(scan, this.#clock, this.#run));
    const body = { now_ms: Date.now(), battery: await charge(), scans };
    const { answer, trouble, status } = await this.#send(batch[0].gate, body);
    this.#hear(batch[0].gate, trouble === "signed_out" ? trouble : TROUBLES.get(status));
    if (!Array.isArray(answer?.results)) {
      refusing.add(batch[0].gate);
      return this.#failed(trouble);
    }
    this.#clock.heard(answer.now_ms, sent, { isWork: true });
    return this.#settle(batch, answer.results);
  }

  #hear(gate, trouble) {
    if (trouble) this.#troubles.set(gate, trouble);
    else this.#troubles.delete(gate);
  }

  // The oldest that wait, of one gate.
  async #batch(refusing) {
    const waiting = (await this.#store.scansIn("waiting")).filter(({ gate }) => !refusing.has(gate));
    return waiting.filter(({ gate }) => gate === waiting[0].gate).slice(0, this.#most);
  }

  async #settle(batch, results) {
    const said = new Map(results.map((result) => [result.scan_id, result]));
    const settled = [];
    for (const scan of batch) {
      const { status, verdict = null } = said.get(scan.scan_id) ?? {};
      const next = status === "waiting" && (await this.#isHopeless(scan)) ? "refused" : AFTER[status];
      if (next) settled.push({ scan, status: next, correction: this.#correct({ scan, verdict }) });
    }
    const those = await this.#keep(settled);
    this.#failures = 0;
    this.#most = Math.min(MOST, this.#most * 2);
    await this.count();
    await this.#settled(those);
    return settled.length > 0 && this.waiting > 0;
  }

  // In one piece: a scan that the server has is sent no more, so what puts it right must not be lost.
  async #keep(settled) {
    const statuses = settled.map(({ scan, status, correction }) => [scan.scan_id, status, standIn(correction)]);
    const kept = await this.#store.settle(statuses, settled.map(({ correction }) => correction).filter(Boolean));
    const byId = new Map(kept.map((scan) => [scan.scan_id, scan]));
    return settled.map((one) => ({ ...one, correction: byId.get(one.correction?.scan_id) ?? null }));
  }

  // What takes back a scan that was not accepted waits for nothing.
  async #isHopeless({ undoes }) {
    return (await this.#store.scan(undoes))?.status === "refused";
  }

  #failed(trouble) {
    this.#settled([]).catch(() => {}); // where nothing can be kept any more, nothing was changed
    if (trouble === "not_taken") return true;
    this.#most = Math.max(FEWEST, Math.ceil(this.#most / 2));
    this.#notBefore = this.#clock.mark() + PAUSES[Math.min(this.#failures, PAUSES.length - 1)];
    this.#failures += 1;
    return false;
  }
}

const standIn = (correction) => (correction && !correction.undoes ? correction.scan_id : null);

const AFTER = { stored: "sent", known: "sent", refused: "refused" };

async function charge() {
  try {
    return Math.round((await navigator.getBattery()).level * 100);
  } catch {
    return null; // no browser has to tell
  }
}
