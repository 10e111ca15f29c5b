// Runs before the first paint, so that a dark page does not flash white. A file of its own because
// the content security policy allows no inline script.
(() => {
  const root = document.documentElement;
  try {
    const wanted = localStorage.getItem("orderflow.theme");
    const dark =
      wanted === "dark" ||
      (wanted !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
    root.dataset.theme = dark ? "dark" : "light";
    root.lang = localStorage.getItem("orderflow.language") || navigator.language;
  } catch {
    root.dataset.theme = "light";
  }
})();
