/* The composer: rich text in place of text areas, blocks in order by dragging, a steady preview. */
import "./order.js";
import "./preview.js";
import { enrich } from "./rich.js";

const enrichAll = (root) => {
  for (const area of root.querySelectorAll("textarea[data-rich]:not([hidden])")) enrich(area);
};

enrichAll(document);
document.addEventListener("htmx:load", (event) => enrichAll(event.target));

/* A block that opened in place takes the focus that its title had; a new one takes it from its button. */
document.addEventListener("htmx:afterSettle", (event) => {
  if (document.activeElement !== document.body && event.target.id !== "new-block") return;
  event.target.querySelector(".brick-form :is(.field > input, .ProseMirror)")?.focus();
});
