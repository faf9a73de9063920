import { timeForViewer } from "./times.js";

/** Adds a second line to an event's time when the reader lives by another clock. */
export class ViewerTime extends HTMLElement {
  connectedCallback() {
    if (this.querySelector(".yours")) return;
    const time = this.#timeForViewer();
    if (!time) return;
    const line = document.createElement("span");
    line.className = "yours";
    line.textContent = `${time.text} ${this.getAttribute("label")} (${time.place})`;
    this.append(line);
  }

  #timeForViewer() {
    try {
      return timeForViewer({
        start: this.getAttribute("start"),
        end: this.getAttribute("end"),
        zone: this.getAttribute("zone"),
        viewerZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
        language: document.documentElement.lang,
      });
    } catch {
      return null; // A zone that this browser does not know: the event's own time still stands.
    }
  }
}
