/** The theme list in the foot of the page: system, light or dark, remembered on this device alone. */
export class ChosenTheme extends HTMLElement {
  connectedCallback() {
    const list = this.querySelector("select");
    list.value = document.documentElement.dataset.theme ?? "system";
    list.addEventListener("change", () => choose(list.value));
    this.hidden = false;
  }
}

function choose(theme) {
  if (theme === "system") {
    delete document.documentElement.dataset.theme;
  } else {
    document.documentElement.dataset.theme = theme;
  }
  try {
    localStorage.setItem("theme", theme);
  } catch {
    // Storage is refused: the choice holds for this page.
  }
}
