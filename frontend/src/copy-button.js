/** Shows its button where the clipboard exists, copies `text`, and says `done` for a moment. */
export class CopyButton extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    const label = this.querySelector("[data-label]");
    if (!button || !navigator.clipboard) return;
    const before = label.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(this.getAttribute("text"));
      label.textContent = this.getAttribute("done");
      setTimeout(() => (label.textContent = before), 2500);
    });
  }
}
