// What a phone keeps over a reload: lists without a name in them, and every scan until the server has it.
const NAME = "gate";
const VERSION = 1;
const PATIENCE = 3000; // some browsers never answer where they allow nothing to be kept
const LAST = "\uffff";

// The store, or null where the browser keeps nothing.
export async function openStore(factory = globalThis.indexedDB) {
  if (!factory) return null;
  try {
    const opening = factory.open(NAME, VERSION);
    opening.onupgradeneeded = () => make(opening.result);
    const late = new Promise((_resolve, reject) => setTimeout(reject, PATIENCE));
    return new Store(await Promise.race([done(opening), late]));
  } catch {
    return null;
  }
}

function make(database) {
  database.createObjectStore("tickets", { keyPath: ["gate", "lookup"] });
  database.createObjectStore("moves", { keyPath: ["gate", "lookup"] });
  database.createObjectStore("lists", { keyPath: "gate" });
  database.createObjectStore("settings");
  const scans = database.createObjectStore("scans", { keyPath: "scan_id" });
  scans.createIndex("status", ["status", "seq"]);
  scans.createIndex("gate", ["gate", "seq"]);
}

class Store {
  #database;

  constructor(database) {
    this.#database = database;
    database.onversionchange = () => database.close();
  }

  // The list of a gate as it was put, or null.
  async list(gate) {
    const all = this.#transaction(["lists", "tickets", "moves"], "readonly");
    const [kept, tickets, moves] = await Promise.all([
      done(all("lists").get(gate)),
      done(all("tickets").getAll(ofGate(gate))),
      done(all("moves").getAll(ofGate(gate))),
    ]);
    if (!kept) return null;
    return { ...kept.head, full: true, tickets: tickets.map(({ row }) => row), moves: moves.map(({ row }) => row) };
  }

  // Only what has changed is written; a full list takes the place of all.
  async putList(gate, { tickets, moves, full, ...head }) {
    const all = this.#transaction(["lists", "tickets", "moves"], "readwrite");
    for (const [name, rows] of [["tickets", tickets], ["moves", moves]]) {
      if (full) all(name).delete(ofGate(gate));
      for (const row of rows) all(name).put({ gate, lookup: row[0], row });
    }
    all("lists").put({ gate, head });
    await all.done;
  }

  // Written to the disk, not only handed over, before it resolves to the scan with its `seq`.
  async addScan(scan) {
    const [whole] = await this.settle([], [scan]);
    return whole;
  }

  // What became of scans and the scans that put that right: all of it on the disk, or none. Resolves to the latter with
  // their `seq`.
  async settle(statuses, scans) {
    const all = this.#transaction(["settings", "scans"], "readwrite", "strict");
    let seq = (await done(all("settings").get("seq"))) ?? 0;
    const whole = scans.map((scan) => ({ ...scan, seq: ++seq }));
    all("settings").put(seq, "seq");
    for (const scan of whole) all("scans").add(scan);
    await putStatuses(all("scans"), statuses);
    await all.done;
    return whole;
  }

  async scan(id) {
    if (!id) return null;
    return (await done(this.#transaction(["scans"], "readonly")("scans").get(id))) ?? null;
  }

  // All scans in this state, oldest first.
  async scansIn(status, most = Infinity) {
    const scans = this.#transaction(["scans"], "readonly")("scans");
    const range = IDBKeyRange.bound([status, 0], [status, Infinity]);
    return done(scans.index("status").getAll(range, Number.isFinite(most) ? most : undefined));
  }

  async count(status) {
    const scans = this.#transaction(["scans"], "readonly")("scans");
    return done(scans.index("status").count(IDBKeyRange.bound([status, 0], [status, Infinity])));
  }

  // The newest scans of a gate, newest first.
  async lastScans(gate, most) {
    const index = this.#transaction(["scans"], "readonly")("scans").index("gate");
    const found = [];
    return new Promise((resolve, reject) => {
      const looking = index.openCursor(IDBKeyRange.bound([gate, 0], [gate, Infinity]), "prev");
      looking.onerror = () => reject(looking.error);
      looking.onsuccess = () => {
        const cursor = looking.result;
        if (!cursor || found.push(cursor.value) >= most) return resolve(found);
        cursor.continue();
      };
    });
  }

  // What became of scans: [id, status, and the id of the scan that stands for it from now on, if any].
  async setStatus(statuses) {
    const all = this.#transaction(["scans"], "readwrite");
    await putStatuses(all("scans"), statuses);
    await all.done;
  }

  async setting(name) {
    return (await done(this.#transaction(["settings"], "readonly")("settings").get(name))) ?? null;
  }

  async set(name, value) {
    const all = this.#transaction(["settings"], "readwrite");
    all("settings").put(value, name);
    await all.done;
  }

  close() {
    this.#database.close();
  }

  #transaction(names, mode, durability = "default") {
    const transaction = this.#database.transaction(names, mode, { durability });
    const store = (name) => transaction.objectStore(name);
    store.done = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
    store.done.catch(() => {}); // who only reads does not wait for the end
    return store;
  }
}

// A reason may name somebody: it stays only until the server has it.
async function putStatuses(scans, statuses) {
  for (const [id, status, again] of statuses) {
    const scan = await done(scans.get(id));
    const reason = status === "waiting" ? scan?.reason : null;
    if (scan) scans.put({ ...scan, status, reason, again: again ?? scan.again });
  }
}

const ofGate = (gate) => IDBKeyRange.bound([gate, ""], [gate, LAST]);

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
