// Before the first paint: the theme that this reader chose, when they chose one.
{
  const theme = readTheme();
  if (theme === "light" || theme === "dark") {
    document.documentElement.dataset.theme = theme;
  }

  function readTheme() {
    try {
      return localStorage.getItem("theme");
    } catch {
      return null; // Storage is refused: the system's theme it is.
    }
  }
}
