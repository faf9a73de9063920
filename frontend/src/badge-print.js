// A badge's page opens the browser's dialog by itself, once its picture is there; then Enter goes on.
const picture = document.querySelector(".badge-paper img");

await picture.decode().catch(() => {});
window.addEventListener("afterprint", () => document.querySelector("[data-next]").focus());
window.print();
