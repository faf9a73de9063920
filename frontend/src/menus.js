// Menus are <details>: they open without script; with it they also close as people expect.

export function closeMenusOutside(page) {
  page.addEventListener("click", ({ target }) => {
    openMenus(page).filter((menu) => !menu.contains(target)).forEach(close);
  });
  page.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    openMenus(page).forEach((menu) => {
      if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
      close(menu);
    });
  });
}

function openMenus(page) {
  return [...page.querySelectorAll("details.menu[open]")];
}

function close(menu) {
  menu.open = false;
}
