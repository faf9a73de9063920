// The list in memory: who has a ticket, who was admitted, and what this phone has seen since.
import { fromBase64, toBase64 } from "./bytes.js";
import { keysOf, lookupOf } from "./manifest.js";

const VOID = 1;
const REGISTRATION_CANCELLED = 2;
const OWES = 4;

export class TicketList {
  #tickets = new Map();
  #moves = new Map();
  #own = new Map();
  head = null;
  keys = {};
  salt = null;

  get isThere() {
    return this.head !== null;
  }

  get size() {
    return this.#tickets.size;
  }

  // Takes a list that was fetched, or kept: a full one forgets everything older.
  take({ tickets, moves, full, ...head }) {
    if (full) {
      this.#tickets.clear();
      this.#moves.clear();
    }
    for (const [lookup, ...entry] of tickets) this.#tickets.set(lookup, entry);
    for (const [lookup, ...move] of moves) this.#moves.set(lookup, move);
    this.head = head;
    this.keys = keysOf(head);
    this.salt = fromBase64(head.salt);
  }

  // Nothing is judged any more. What this phone has done since is kept, to be told of when there is a list again.
  forget() {
    this.#tickets.clear();
    this.#moves.clear();
    [this.head, this.keys, this.salt] = [null, {}, null];
  }

  async lookupOf({ ticketId }) {
    return toBase64(await lookupOf(ticketId, this.salt));
  }

  entry(lookup) {
    const found = this.#tickets.get(lookup);
    if (!found) return null;
    const [flags, generation, keyId, type, booked, sealed] = found;
    return { flags, generation, keyId, type, booked, sealed };
  }

  // What this phone has done and no list tells yet: { scan_id, ticket, verdict, time, gate, isRaised }, `time` by the
  // server's clock in ms, `isRaised` when that clock was wrong and it may have been later; an undoing has `undoes` (a
  // scan id) and `undone` ({ verdict, time } of it). Taken twice, it counts once.
  addOwn(scan) {
    if (!scan.ticket) return;
    const scans = this.#own.get(scan.ticket) ?? new Map();
    scans.set(scan.scan_id, scan);
    this.#own.set(scan.ticket, scans);
  }

  // Lists tell these scans now.
  dropOwn(scans) {
    for (const { ticket, scan_id: id } of scans) {
      const own = this.#own.get(ticket);
      own?.delete(id);
      if (own?.size === 0) this.#own.delete(ticket);
    }
  }

  // Since when inside and where: { isInside, entered (ms or null), gate }.
  stateOf(lookup) {
    const known = this.#known(lookup);
    const own = [...(this.#own.get(lookup)?.values() ?? [])];
    const undone = own.filter(({ undoes }) => undoes);
    const gone = new Set(undone.map(({ undoes }) => undoes));
    const moving = own.filter(({ scan_id: id, verdict }) => MOVES.has(verdict) && !gone.has(id));
    moving.sort((one, other) => one.time - other.time || (one.scan_id < other.scan_id ? -1 : 1));
    const holds = FIRST_HOLDS.has(this.head.point.mode);
    return moving.reduce((state, scan) => moved(state, scan, holds), undone.reduce(takenBack, known));
  }

  // Whether a clock that tells `now` can't be right.
  isBehind(now) {
    return this.isThere && now < this.head.issued_ms - SLACK;
  }

  // When a scan of this ticket happens, by a clock that tells `now`: a clock behind its own list, or behind what this
  // phone has done with the ticket, is wrong.
  timeOf(lookup, now) {
    const own = [...(this.#own.get(lookup)?.values() ?? [])].map(({ time }) => time + 1);
    return Math.max(now, this.head?.issued_ms ?? now, ...own);
  }

  // What judge() asks of a ticket; `claim` is the shown code, or null when a person was chosen without one.
  factsOf(lookup, entry, claim = null) {
    const { isInside, entered } = this.stateOf(lookup);
    const { flags = 0, type = null, booked = 0 } = entry ?? {};
    const isCurrent = !claim || !entry || (claim.generation === entry.generation && claim.keyId === entry.keyId);
    return {
      event_id: this.head.point.event_id,
      is_current: isCurrent,
      is_void: Boolean(flags & VOID),
      registration_cancelled: Boolean(flags & REGISTRATION_CANCELLED),
      ticket_type: type,
      has_booked: booked === 1,
      owes: Boolean(flags & OWES),
      is_inside: isInside,
      entered_at: entered === null ? null : new Date(entered).toISOString(),
    };
  }

  // Who is inside, admitted and on the list, as far as this phone knows.
  count() {
    const { inside, admitted, total } = this.head.count;
    let [came, first] = [0, 0];
    for (const lookup of this.#own.keys()) {
      const [before, after] = [this.#known(lookup), this.stateOf(lookup)];
      came += Number(after.isInside) - Number(before.isInside);
      first += Number(after.entered !== null) - Number(before.entered !== null);
    }
    return { inside: inside + came, admitted: admitted + first, total };
  }

  #known(lookup) {
    const [inside, entered, gate] = this.#moves.get(lookup) ?? [0, null, null];
    return { isInside: inside === 1, entered, gate };
  }
}

const NOBODY = { isInside: false, entered: null, gate: null };
const MOVES = new Set(["admit", "left"]);
// Of two admissions that the mode does not allow together, the first one holds.
const FIRST_HOLDS = new Set(["once", "reentry"]);
const SLACK = 5000; // ms; so far off may be what a slow network tells of the server's clock
const SAME = 2000; // ms between the server's time of a scan and the phone's

// Which came first of an admission at a time that is not known and one that a list tells, nobody can say: who was let in
// here is not let in again.
function moved(state, { verdict, time, gate, isRaised }, firstHolds) {
  const isOlder = time < (state.entered ?? 0);
  if (isOlder && (verdict === "left" || !isRaised)) return state;
  if (verdict === "left") return { ...state, isInside: false };
  return firstHolds && state.isInside ? state : { isInside: true, entered: Math.max(time, state.entered ?? 0), gate };
}

// What a list tells that does not know of this undoing yet.
function takenBack(state, { undone }) {
  if (state.entered === null || !undone) return state;
  if (undone.verdict === "left") return { ...state, isInside: true };
  return Math.abs(undone.time - state.entered) <= SAME ? NOBODY : state;
}
