// This phone at its gate: its list, its clock, what it has scanned, and what of that the server knows.
import { freshId } from "../server.js";
import { Clock } from "./clock.js";
import { readCode } from "./code.js";
import { TicketList } from "./list.js";
import { fetchList } from "./manifest.js";
import { openStore } from "./store.js";
import { Uploads } from "./uploads.js";

export const MOST_LAST = 20;
const MOVES = new Set(["admit", "left"]);

export class Phone {
  run = freshId(); // ages are told inside one run of the page alone
  list = new TicketList();
  clock = new Clock();
  store = null;
  uploads = null;
  isSignedOut = false;
  #gate;
  #url;
  #send;
  #late;
  #changed;
  #refreshing = null;
  #unsent = new Map(); // tickets by the ids of scans that the server has not

  // `late` is the reason for taking back what the server let in after the door had refused it; `changed` is called when
  // the list or the queue has changed.
  constructor({ gate, url, send, late, changed }) {
    this.#gate = gate;
    this.#url = url;
    this.#send = send;
    this.#late = late;
    this.#changed = changed;
  }

  // Reads what was kept. Nothing kept, or no way to keep: the scanner works with the server alone.
  async open() {
    try {
      const store = globalThis.crypto?.subtle ? await openStore() : null;
      if (store) await this.#read(store);
    } catch {
      this.store = null;
    }
  }

  async #read(store) {
    const [offset, kept] = await Promise.all([store.setting("offset"), store.list(this.#gate)]);
    this.clock = new Clock({ offset });
    if (kept) this.list.take(kept);
    const { run, clock } = this;
    const changed = (settled) => this.#uploaded(settled);
    this.uploads = new Uploads({ store, clock, run, send: this.#send, changed });
    for (const status of ["waiting", "sent"]) {
      for (const scan of await store.scansIn(status)) this.#know(scan);
    }
    await this.uploads.count();
    this.store = store;
    navigator.storage?.persist?.();
  }

  #know(scan) {
    if (scan.gate !== this.#gate) return;
    this.list.addOwn(scan);
    if (scan.status === "waiting") this.#unsent.set(scan.scan_id, scan.ticket);
  }

  // Whether it can decide on its own: nothing is decided that could not be kept.
  get isReady() {
    return this.store !== null && this.list.isThere;
  }

  // Whether the server can't know yet what was done here with the ticket of this code.
  async isAhead(code) {
    if (!this.isReady || !this.#unsent.size) return false;
    const ticket = await this.#ticketOf(code);
    return ticket !== null && [...this.#unsent.values()].includes(ticket);
  }

  // Fetches what is new, one request at a time. Scans that the server had before are told by the list from then on.
  refresh() {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  async #refresh() {
    if (!this.store) return;
    const told = (await this.store.scansIn("sent")).filter(({ gate }) => gate === this.#gate);
    const sent = this.clock.mark();
    const { list, trouble } = await fetchList(this.#url, this.list.head);
    this.isSignedOut = trouble === "signed_out";
    if (list?.gate === this.#gate) await this.#take(list, told, sent);
    this.#changed();
  }

  async #take(list, told, sent) {
    this.clock.heard(list.issued_ms, sent);
    this.list.take(list);
    this.list.dropOwn(told);
    await this.store.putList(this.#gate, list);
    await this.store.setStatus(told.map(({ scan_id: id }) => [id, "listed"]));
    await this.#rememberOffset();
  }

  // What was decided here, on the disk before anybody sees it. Raises where it cannot be kept.
  async keep({ showing, said, ticked = null }) {
    const { head } = this.list;
    return this.#add({
      ...this.#stamp(),
      ...{ scan_id: showing.scan_id, direction: showing.direction, source: showing.source, ticked },
      ...{ ticket: said.ticket, signed: said.signed, verdict: said.verdict },
      ...{ moment_ms: said.moment ? Date.parse(said.moment) : null, place: said.gate },
      ...{ rules: head.point.version, issued_ms: head.issued_ms, undoes: null, undone: null },
      reason: showing.reason ?? null,
      status: "waiting",
    });
  }

  // The taking back of a scan, of which only its id may be known here.
  async keepUndo({ undoId, undoes, reason, was = null }) {
    const of = await this.store.scan(undoes);
    const { head } = this.list;
    return this.#add({
      ...this.#stamp(),
      ...{ scan_id: undoId, direction: of?.direction ?? "entry", source: of?.source ?? "camera", ticked: null },
      ...{ ticket: of?.ticket ?? null, signed: of?.signed ?? null, verdict: "undone", moment_ms: null },
      ...{ rules: head.point.version, issued_ms: head.issued_ms, reason, undoes },
      undone: of && { verdict: was ?? of.verdict, time: of.time },
      status: "waiting",
    });
  }

  // What the server has decided and stored: known here too, should the network go before the next list comes.
  async remember({ scan_id, verdict, direction, scanned_at }, { code, source }, undoes = null) {
    if (!this.isReady) return;
    const of = undoes && (await this.store.scan(undoes));
    const ticket = of ? of.ticket : await this.#ticketOf(code);
    const undone = of && { verdict: of.verdict, time: of.time };
    const time = Date.parse(scanned_at);
    const scan = { scan_id, verdict, direction, source, ticket, signed: null, undoes, undone };
    await this.#add({ ...this.#stamp(), ...scan, time, reason: null, status: "sent" }).catch(() => {});
  }

  async #ticketOf(code) {
    const claim = code ? readCode(code) : null;
    return claim?.event === this.list.head.event ? this.list.lookupOf(claim) : null;
  }

  async #add(scan) {
    const kept = await this.store.addScan(scan);
    this.#know(kept);
    if (kept.status === "waiting") this.uploads.waiting += 1;
    this.#changed();
    return kept;
  }

  #stamp() {
    const stamp = this.clock.stamp();
    const time = stamp.at_ms + (stamp.offset_ms ?? 0);
    return { ...stamp, time, run: this.run, gate: this.#gate };
  }

  async #uploaded(settled) {
    for (const { scan } of settled) this.#unsent.delete(scan.scan_id);
    for (const one of settled) await this.#correct(one);
    this.#changed();
    await this.#rememberOffset();
  }

  // The server stored a scan whose answer came too late, and decided otherwise than the phone did at the door. What
  // happened at the door counts: who was let in is sent as another scan, who was not is taken back.
  async #correct({ scan, verdict }) {
    if (scan.gate !== this.#gate || verdict === null || verdict === scan.verdict) return;
    if (MOVES.has(scan.verdict)) {
      const { scan_id: again } = await this.#add({ ...scan, scan_id: freshId(), status: "waiting" });
      await this.store.follow(scan.scan_id, again);
    } else if (MOVES.has(verdict)) {
      await this.keepUndo({ undoId: freshId(), undoes: scan.scan_id, reason: this.#late, was: verdict });
    }
  }

  async #rememberOffset() {
    await this.store?.set("offset", this.clock.offset);
  }
}
