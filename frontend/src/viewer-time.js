import { timeForViewer } from "./times.js";

/** Adds a second line to an event's time when the reader lives by another clock. */
export class ViewerTime extends HTMLElement {
  connectedCallback() {
    if (this.querySelector(".yours")) return;
    const time = this.#timeForViewer();
    if (!time) return;
    const line = document.createElement("span");
    line.className = "yours";
    const label = this.getAttribute("label");
    line.textContent = label ? `${time.text} ${label} (${time.place})` : `${time.text} ${time.place}`;
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
