/* Order by dragging; the up and down buttons beside do the same for everybody else. */
import Sortable from "sortablejs";

function makeSortable(list) {
  Sortable.create(list, {
    handle: "[data-grip]",
    draggable: "[data-id]",
    animation: 120,
    ghostClass: "ghost",
    onEnd: ({ oldIndex, newIndex }) => {
      if (oldIndex === newIndex) return;
      const order = [...list.querySelectorAll(":scope > [data-id]")].map((item) => item.dataset.id);
      window.htmx.ajax("POST", list.dataset.sortable, {
        target: list.dataset.target ?? list,
        swap: "outerHTML",
        values: { order: order.join(",") },
      });
    },
  });
}

const makeAll = (root) => {
  if (root.matches?.("[data-sortable]")) makeSortable(root);
  for (const list of root.querySelectorAll("[data-sortable]")) makeSortable(list);
};

makeAll(document);
document.addEventListener("htmx:load", (event) => makeAll(event.target));
