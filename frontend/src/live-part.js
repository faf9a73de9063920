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
      else this.#old();
    } catch {
      this.#old();
    }
    this.#wait();
  }

  // What stands here is not from now; where the page has words for that, it says so. The next look may find more.
  #old() {
    this.querySelector("[data-old]")?.removeAttribute("hidden");
  }

  #take(page) {
    const fresh = page.getElementById(this.id);
    if (!fresh) return location.reload(); // another page by now: signed out, or the phone is not paired any more
    if (this.contains(document.activeElement)) return;
    this.replaceChildren(...fresh.childNodes);
    if (fresh.hasAttribute("seconds")) this.setAttribute("seconds", fresh.getAttribute("seconds"));
    else this.removeAttribute("seconds");
  }
}
