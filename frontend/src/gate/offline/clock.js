// The server's time on a phone whose own clock may be wrong, and may be set while people stand in line.
//
// Inside one run of the page a clock that nobody can set tells when the other was. A phone that sleeps stops it, though,
// and only while the page is hidden: what is gained then is sleep and no setting, and no age is told across it.
const SLACK = 1000;
const SLOWEST = 4000; // a slower answer says little about the time
const AT_ONCE = 1000; // what the server had to work on says its time only when it was this fast
export const WRONG = 120_000;

export class Clock {
  #mono;
  #wall;
  #gap;
  #offset;
  #isExact = false;
  #span = 0;
  #wasHidden = false;

  // `offset`: the server's clock less the phone's in ms, as it was remembered, or null.
  constructor({ offset = null, mono = () => performance.now(), wall = () => Date.now() } = {}) {
    this.#mono = mono;
    this.#wall = wall;
    this.#gap = wall() - mono();
    this.#offset = offset;
  }

  get offset() {
    this.#check();
    return this.#offset;
  }

  get isWrong() {
    return Math.abs(this.offset ?? 0) > WRONG;
  }

  // The server's time now, in ms; the phone's own as long as the server was never heard.
  now() {
    this.#check();
    return Math.round(this.#wall() + (this.#offset ?? 0));
  }

  // For the ages of answers.
  mark() {
    return this.#mono();
  }

  hidden() {
    this.#check();
    this.#wasHidden = true;
  }

  shown() {
    this.#check();
    this.#wasHidden = false;
  }

  // The server said at `serverMs` that it answers what was asked at `sent` (a mark). A `Date` header has whole
  // seconds, so it is heard only where nothing better was.
  // `isWork`: somewhere in its making, which may take seconds.
  heard(serverMs, sent, { isExact = true, isWork = false } = {}) {
    this.#check();
    const took = this.#mono() - sent;
    if (!Number.isFinite(serverMs) || took > (isWork ? AT_ONCE : SLOWEST)) return;
    const offset = Math.round(serverMs + (isExact ? 0 : 500) + took / 2 - this.#wall());
    if (!isExact && this.#isExact && Math.abs(offset - this.#offset) < 2 * SLACK) return;
    this.#offset = offset;
    this.#isExact = isExact;
  }

  // When this happens, for `aged`.
  stamp() {
    this.#check();
    const [at_ms, offset_ms] = [Math.round(this.#wall()), this.#offset];
    return { at_ms, offset_ms, span: this.#span, mark: this.#mono() };
  }

  // How long ago a stamp was made, or null where no clock can tell.
  age({ span, mark }) {
    this.#check();
    return span === this.#span ? Math.max(0, Math.round(this.#mono() - mark)) : null;
  }

  #check() {
    const gap = this.#wall() - this.#mono();
    const jump = gap - this.#gap;
    if (Math.abs(jump) <= SLACK) return;
    this.#gap = gap;
    if (this.#wasHidden && jump > 0) this.#span += 1;
    else if (this.#offset !== null) this.#offset -= Math.round(jump);
  }
}
