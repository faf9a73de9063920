// The ticket in the hand: bright for the reader at the door, and kept for a place without a network.

class BrightTicket extends HTMLElement {
  #lock = null;

  connectedCallback() {
    const [show] = this.querySelectorAll("button");
    const dialog = this.querySelector("dialog");
    show.hidden = false;
    show.addEventListener("click", async () => {
      dialog.showModal();
      this.#lock = await stayAwake();
    });
    dialog.addEventListener("close", () => this.#lock?.release());
  }
}

async function stayAwake() {
  try {
    return await navigator.wakeLock?.request("screen");
  } catch {
    return null; // A low battery refuses the lock; the code is on the screen all the same.
  }
}

async function keepForOffline() {
  if (!navigator.serviceWorker || !location.pathname.startsWith("/t/")) return;
  await navigator.serviceWorker.register("/t/sw.js", { scope: "/t/" });
  const { active } = await navigator.serviceWorker.ready;
  const assets = performance.getEntriesByType("resource").map(({ name }) => name);
  active.postMessage({ page: location.pathname, assets });
}

customElements.define("eh-bright", BrightTicket);
addEventListener("load", () => keepForOffline().catch(() => {}));
