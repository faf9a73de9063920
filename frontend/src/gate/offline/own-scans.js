// What this phone has scanned: kept before it is shown, told to the list, and set right where the server knew otherwise.
import { freshId } from "../server.js";
import { readCode } from "./code.js";

const MOVES = new Set(["admit", "left"]);

export class OwnScans {
  #store;
  #list;
  #clock;
  #page;
  #changed;
  #unsent = new Map(); // tickets by the ids of scans that the server has not

  // `page`: { gate, run, late }, its `run` another one each time it is opened, `late` the reason for taking back what the
  // server let in after the door had refused it. `changed` is called after each that was added.
  constructor({ store, list, clock, page, changed }) {
    this.#store = store;
    this.#list = list;
    this.#clock = clock;
    this.#page = page;
    this.#changed = changed;
  }

  // Reads those of this gate that no list tells yet.
  async read() {
    for (const status of ["waiting", "sent"]) {
      for (const scan of await this.#store.scansIn(status)) this.#know(scan);
    }
  }

  #know(scan) {
    if (scan.gate !== this.#page.gate) return;
    this.#list.addOwn(scan);
    if (scan.status === "waiting") this.#unsent.set(scan.scan_id, scan.ticket);
  }

  // Whether the server can't know yet what was done here with the ticket of this code.
  async isAhead(code) {
    if (!this.#unsent.size) return false;
    const ticket = await this.#ticketOf(code);
    return ticket !== null && [...this.#unsent.values()].includes(ticket);
  }

  // What was decided here, on the disk before anybody sees it. Raises where it cannot be kept.
  async keep({ showing, said, ticked = null }) {
    const { scan_id, direction, source, reason = null } = showing;
    const { ticket, signed, verdict, moment, gate: place } = said;
    const decided = { ticket, signed, verdict, place, moment_ms: moment ? Date.parse(moment) : null };
    return this.#add({ ...this.#basis(ticket), scan_id, direction, source, reason, ticked, ...decided });
  }

  // The taking back of a scan (its id).
  async keepUndo({ undoId, undoes, reason }) {
    const scan = await this.#store.scan(undoes);
    return this.#add(this.#undoing(scan, { scan_id: undoId, reason }));
  }

  // What the server has decided and stored: known here too, should the network go before the next list comes.
  async remember({ scan_id, verdict, direction, scanned_at }, { code, source }, undoes = null) {
    const of = await this.#store.scan(undoes);
    const ticket = of ? of.ticket : await this.#ticketOf(code);
    const undone = of && { verdict: of.verdict, time: of.time };
    const told = { scan_id, verdict, direction, source, ticket, signed: null, undoes, undone };
    const stored = { time: Date.parse(scanned_at), isRaised: false, status: "sent" };
    await this.#add({ ...this.#basis(ticket), ...told, ...stored }).catch(() => {}); // the server has it
  }

  // What puts right that the server stored a scan whose answer came too late, and decided otherwise than the phone did at
  // the door; null where nothing has to be. What happened at the door counts: who was let in is sent as another scan, who
  // was not is taken back. Not kept yet.
  correctionOf({ scan, verdict }) {
    if (verdict === null || verdict === scan.verdict) return null;
    if (MOVES.has(scan.verdict)) return { ...scan, scan_id: freshId() };
    if (!MOVES.has(verdict)) return null;
    return this.#undoing(scan, { scan_id: freshId(), reason: this.#page.late, was: verdict });
  }

  // The server has these: [{ scan, correction }], what puts them right kept by now.
  settle(settled) {
    for (const { scan } of settled) this.#unsent.delete(scan.scan_id);
    for (const { correction } of settled) if (correction) this.#know(correction);
  }

  async #add(scan) {
    const kept = await this.#store.addScan(scan);
    this.#know(kept);
    this.#changed();
    return kept;
  }

  async #ticketOf(code) {
    const claim = code ? readCode(code) : null;
    return claim?.event === this.#list.head.event ? this.#list.lookupOf(claim) : null;
  }

  // By the list of the scan itself, since there may be none now. `was`: what the server had for the verdict.
  #undoing(scan, { scan_id, reason, was = scan.verdict }) {
    const undone = { verdict: was, time: scan.time };
    const what = { scan_id, verdict: "undone", moment_ms: null, ticked: null, reason, undoes: scan.scan_id, undone };
    return { ...scan, ...this.#when(scan.ticket), ...what, again: null, status: "waiting" };
  }

  // When a scan of this ticket is judged, and by what list.
  #basis(ticket) {
    const { gate } = this.#page;
    const { at: point = null, point: { version: rules, mode }, issued_ms } = this.#list.head;
    const plain = { reason: null, undoes: null, undone: null, status: "waiting" };
    return { ...this.#when(ticket), gate, point, rules, mode, issued_ms, ...plain };
  }

  #when(ticket) {
    const stamp = this.#clock.stamp();
    const now = stamp.at_ms + (stamp.offset_ms ?? 0);
    return { ...stamp, time: this.#list.timeOf(ticket, now), isRaised: this.#list.isBehind(now), run: this.#page.run };
  }
}

