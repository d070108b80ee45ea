/* The inbox: a title opens beside the list, and an act walks on to the next item. */
import { arrive, walk } from "./keys.js";

const wide = matchMedia("(min-width: 60.01rem)");

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-beside]");
  if (!link || !wide.matches || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  link.closest("[data-row]").dispatchEvent(new CustomEvent("rundbrief:here", { bubbles: true }));
});

document.addEventListener("rundbrief:here", (event) => {
  for (const row of document.querySelectorAll("[data-row][aria-current]")) {
    row.removeAttribute("aria-current");
  }
  event.target.setAttribute("aria-current", "true");
});

let done = 0;

document.addEventListener("htmx:load", (event) => {
  const { elt } = event.detail;
  if (elt.matches?.("[data-row][data-done]")) {
    elt.dataset.done = ++done;
    walk(1);
  } else if (elt.matches?.("[data-row].here")) {
    arrive(elt);
  }
  if (elt.closest?.("#reading")) elt.closest("aside").scrollTop = 0;
});
