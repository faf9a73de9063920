// This phone at its gate: its list, its clock, what it has scanned, and what of that the server knows.
import { freshId } from "../server.js";
import { Clock } from "./clock.js";
import { TicketList } from "./list.js";
import { fetchList } from "./manifest.js";
import { isOnlyTab } from "./one-tab.js";
import { OwnScans } from "./own-scans.js";
import { openStore } from "./store.js";
import { Uploads } from "./uploads.js";

const TROUBLES = new Set(["signed_out", "not_paired", "not_yours"]);

export class Phone {
  list = new TicketList();
  clock = new Clock();
  store = null;
  scans = null;
  uploads = null;
  trouble = null; // why the server gives no list: "signed_out", "not_paired", "not_yours"
  isElsewhere = false; // another tab of this gate keeps the scans
  #page;
  #url;
  #send;
  #changed;
  #refreshing = null;

  // `url` of the list; `late`: see OwnScans; `send`: see Uploads; `changed` is called when the list or the queue has
  // changed.
  constructor({ gate, url, late, send, changed }) {
    this.#page = { gate, late, run: freshId() }; // ages are told inside one run of the page alone
    this.#url = url;
    this.#send = send;
    this.#changed = changed;
  }

  // Reads what was kept. Nothing kept, no way to keep, or another tab that does: the scanner works with the server alone.
  // `taken` is called when the other tab was closed and this one has read what it kept.
  async open(taken) {
    const takeOver = () => this.#open().then(taken);
    this.isElsewhere = !(await isOnlyTab(this.#page.gate, takeOver).catch(() => true));
    if (!this.isElsewhere) await this.#open();
  }

  async #open() {
    this.isElsewhere = false;
    try {
      const store = globalThis.crypto?.subtle ? await openStore() : null;
      if (store) await this.#read(store);
    } catch {
      this.store = null;
    }
  }

  async #read(store) {
    const page = this.#page;
    const [offset, kept] = await Promise.all([store.setting("offset"), store.list(page.gate)]);
    const clock = new Clock({ offset });
    if (kept) this.list.take(kept);
    this.scans = new OwnScans({ store, list: this.list, clock, page, changed: () => this.#added() });
    const [correct, settled] = [(one) => this.scans.correctionOf(one), (those) => this.#settled(those)];
    this.uploads = new Uploads({ store, clock, run: page.run, send: this.#send, correct, settled });
    await Promise.all([this.scans.read(), this.uploads.count()]);
    this.clock = clock;
    this.store = store;
    navigator.storage?.persist?.();
  }

  // Whether it can decide on its own: nothing is decided that could not be kept.
  get isReady() {
    return this.store !== null && this.list.isThere;
  }

  // Whether its clock tells a time before its own list was made.
  get isBehind() {
    return this.list.isBehind(this.clock.now());
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
    const told = (await this.store.scansIn("sent")).filter(({ gate }) => gate === this.#page.gate);
    const sent = this.clock.mark();
    const { list, trouble } = await fetchList(this.#url, this.list.head);
    this.trouble = TROUBLES.has(trouble) ? trouble : null;
    if (list?.gate === this.#page.gate && !this.#isOlder(list)) await this.#take(list, told, sent);
    this.#changed();
  }

  // An answer from before, which something on the way has kept.
  #isOlder({ salt, issued_ms }) {
    const { head } = this.list;
    return head?.salt === salt && issued_ms < head.issued_ms;
  }

  // Who works here no more has no list: `trouble` is how the server said so.
  signedOut(trouble) {
    this.trouble = trouble;
    this.list.forget();
    this.#changed();
  }

  async #take(list, told, sent) {
    this.clock.heard(list.issued_ms, sent, { isWork: true });
    this.list.take(list);
    this.list.dropOwn(told);
    await this.store.putList(this.#page.gate, list);
    await this.store.setStatus(told.map(({ scan_id: id }) => [id, "listed"]));
    await this.#rememberOffset();
  }

  async #added() {
    await this.uploads.count();
    this.#changed();
  }

  async #settled(those) {
    this.scans.settle(those);
    this.#changed();
    await this.#rememberOffset();
  }

  async #rememberOffset() {
    await this.store.set("offset", this.clock.offset);
  }
}
