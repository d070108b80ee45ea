/* Every editor page: htmx, keys, forms, live progress. Pages work without any of it. */
import htmx from "htmx.org";
import "./keys.js";
import "./inbox.js";
import "./forms.js";
import "./live.js";
import "./problems.js";

window.htmx = htmx;

/* Light or dark: kept in a cookie, so that the server prints the choice and nothing flickers. */
for (const button of document.querySelectorAll("[data-theme-toggle]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const root = document.documentElement;
    const dark = getComputedStyle(root).colorScheme === "dark" ||
      (!root.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);
    root.dataset.theme = dark ? "light" : "dark";
    document.cookie = `theme=${root.dataset.theme}; path=/; max-age=31536000; samesite=lax`;
  });
}

/* The folded menu closes when the focus or a click leaves it. */
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  button.setAttribute("aria-pressed", "true");
});
