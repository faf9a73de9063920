// Whether scans are asked of the server: offline after one late answer or two errors in a row, back after three good.
export const LATE = 2000;
const ERRORS = 2;
const GOOD = 3;

export class Link {
  #good = 0;
  #errors = 0;
  #changed;
  isOnline;

  // `changed` is called with whether it is online now.
  constructor({ isOnline = true, changed = () => {} } = {}) {
    this.isOnline = isOnline;
    this.#changed = changed;
  }

  // An answer came after so many ms.
  answered(took) {
    if (took > LATE) return this.late();
    this.#errors = 0;
    this.#good += 1;
    if (this.#good >= GOOD) this.#turn(true);
  }

  late() {
    this.gone();
  }

  failed() {
    this.#good = 0;
    this.#errors += 1;
    if (this.#errors >= ERRORS) this.#turn(false);
  }

  // The browser itself says that there is no network.
  gone() {
    this.#good = 0;
    this.#turn(false);
  }

  #turn(isOnline) {
    if (isOnline === this.isOnline) return;
    this.isOnline = isOnline;
    this.#errors = 0;
    if (isOnline) this.#good = 0;
    this.#changed(isOnline);
  }
}
