// A form is sent once, and its mistakes are the first thing read.

export function improveForms(page) {
  page.addEventListener("submit", sendOnce);
  // Coming back by the browser's arrow finds the page as it was left, so its forms may be sent again.
  addEventListener("pageshow", ({ persisted }) => persisted && page.querySelectorAll("form").forEach(release));
  const summary = page.querySelector(".error-summary");
  summary?.focus();
  summary?.addEventListener("click", focusField);
}

function sendOnce(event) {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
}

function release(form) {
  delete form.dataset.sent;
  form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
}

function focusField(event) {
  const id = event.target.closest("a")?.hash.slice(1);
  const field = id && document.getElementById(id);
  if (!field) return;
  event.preventDefault();
  (field.matches("fieldset") ? field.querySelector("input") : field).focus({ preventScroll: true });
  (field.closest(".field, .group, .choice") ?? field).scrollIntoView({ block: "start" });
}
