/** A part of the page that fetches itself anew every so many `seconds`, until the server says no more of them; not
 * while nobody looks. */
export class LivePart extends HTMLElement {
  #timer;

  connectedCallback() {
    this.#wait();
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
  }

  #wait() {
    const seconds = Number(this.getAttribute("seconds"));
    if (seconds) this.#timer = setTimeout(() => this.#look(), seconds * 1000);
  }

  async #look() {
    if (document.hidden) return this.#wait();
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (answer.ok) this.#take(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch {
      // Offline for a moment: what stands here stays, and the next look may find more.
    }
    this.#wait();
  }

  #take(page) {
    const fresh = page.getElementById(this.id);
    if (!fresh || this.contains(document.activeElement)) return;
    this.replaceChildren(...fresh.childNodes);
    if (fresh.hasAttribute("seconds")) this.setAttribute("seconds", fresh.getAttribute("seconds"));
    else this.removeAttribute("seconds");
  }
}
