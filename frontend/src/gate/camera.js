// The camera: which one, its torch, and its pictures on their way to the decoder, one at a time.
const REMEMBERED = "gate-camera";
const AGAIN_AFTER = 2500;
const HELD_FOR = 8000;

// A ticket in view is one showing: its code counts again 2.5 s after it was last seen, or when held very long.
export class Showings {
  #code = "";
  #first = 0;
  #last = 0;

  isNew(code, now) {
    const same = code === this.#code && now - this.#last < AGAIN_AFTER && now - this.#first < HELD_FOR;
    this.#last = now;
    if (same) return false;
    this.#code = code;
    this.#first = now;
    return true;
  }
}

export class Camera {
  #video;
  #worker;
  #decoding = true;
  #showings = new Showings();
  #onCode;
  #track;
  #facing;
  #remembered;

  // `facing` "user" is the front camera, of a tablet that people hold their tickets to.
  constructor(video, { worker, wasm, onCode, facing = "environment" }) {
    this.#video = video;
    this.#facing = facing;
    this.#remembered = facing === "user" ? `${REMEMBERED}-user` : REMEMBERED;
    this.#onCode = onCode;
    this.#worker = new Worker(worker, { type: "module" });
    this.#worker.onmessage = ({ data }) => this.#decoded(data);
    this.#worker.postMessage({ wasm });
  }

  async start(deviceId = localStorage.getItem(this.#remembered)) {
    this.#track?.stop();
    const stream = await this.#open(deviceId);
    [this.#track] = stream.getVideoTracks();
    this.#video.srcObject = stream;
    await this.#video.play();
    localStorage.setItem(this.#remembered, this.#track.getSettings().deviceId ?? "");
    this.#nextPicture();
  }

  async #open(deviceId) {
    const size = { width: { ideal: 1280 }, height: { ideal: 720 } };
    const wish = deviceId ? { deviceId: { ideal: deviceId } } : { facingMode: { ideal: this.#facing } };
    return navigator.mediaDevices.getUserMedia({ video: { ...wish, ...size }, audio: false });
  }

  get hasTorch() {
    return Boolean(this.#track?.getCapabilities?.().torch);
  }

  async light(on) {
    await this.#track.applyConstraints({ advanced: [{ torch: on }] });
  }

  async others() {
    const devices = await navigator.mediaDevices.enumerateDevices();
    return devices.filter(({ kind }) => kind === "videoinput").map(({ deviceId }) => deviceId);
  }

  async next() {
    const all = await this.others();
    const current = all.indexOf(this.#track.getSettings().deviceId);
    await this.start(all[(current + 1) % all.length]);
  }

  #nextPicture() {
    const track = this.#track;
    const look = async () => {
      if (track !== this.#track) return; // another camera has taken over
      this.#nextPicture();
      if (this.#decoding || document.hidden || !this.#video.videoWidth) return;
      this.#decoding = true;
      const picture = await createImageBitmap(this.#video);
      this.#worker.postMessage({ picture }, [picture]);
    };
    if (this.#video.requestVideoFrameCallback) this.#video.requestVideoFrameCallback(look);
    else requestAnimationFrame(look);
  }

  #decoded({ codes = [] }) {
    this.#decoding = false;
    const code = codes.find(Boolean);
    if (code && this.#showings.isNew(code, performance.now())) this.#onCode(code);
  }
}
