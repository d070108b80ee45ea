/* The keyboard: g + letter goes places, j/k walk a list, single letters press what wears them. */

let going = -Infinity;

const typing = (target) =>
  target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) &&
  !/^(checkbox|radio|button|submit)$/.test(target.type ?? "");

const shown = (element) => element.offsetParent !== null || element.getClientRects().length > 0;

const rows = () => [...document.querySelectorAll("[data-row]")].filter(shown);

const current = () => document.querySelector("[data-row].here") ??
  document.querySelector("[data-row][aria-current]");

export function walk(step) {
  const all = rows();
  if (!all.length) return false;
  const at = all.indexOf(current());
  const next = all[at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + step))];
  arrive(next);
  return true;
}

export function arrive(at) {
  for (const row of rows()) row.classList.toggle("here", row === at);
  const link = at.querySelector("a[href]") ?? at.querySelector("button, input");
  link?.focus({ preventScroll: true });
  at.scrollIntoView({ block: "nearest" });
  at.dispatchEvent(new CustomEvent("rundbrief:here", { bubbles: true }));
}

/* What was done last is undone first: a row that was dealt with counts up. */
const lately = (element) => Number(element.closest("[data-done]")?.dataset.done ?? 0);

/* The control that wears `key`: in the current row first, then anywhere on the page. */
function wearing(key) {
  const selector = `[data-key="${CSS.escape(key)}"]`;
  const places = [current(), document.querySelector("main"), document.querySelector("aside"), document];
  for (const place of places) {
    const found = [...(place?.querySelectorAll(selector) ?? [])].filter(shown);
    if (found.length) return found.reduce((best, one) => (lately(one) > lately(best) ? one : best));
  }
  return null;
}

function go(key) {
  const link = document.querySelector(`[data-go="${CSS.escape(key)}"]`);
  if (link) location.assign(link.href);
  return Boolean(link);
}

function press(key) {
  if (performance.now() - going < 1200) {
    going = -Infinity;
    return go(key);
  }
  if (key === "g") {
    going = performance.now();
    return true;
  }
  if (key === "j") return walk(1);
  if (key === "k") return walk(-1);
  if (key === "?") {
    document.getElementById("keys")?.togglePopover();
    return true;
  }
  if (key === "/") {
    const search = document.querySelector("[data-search]");
    search?.focus();
    search?.select();
    return Boolean(search);
  }
  const control = wearing(key);
  control?.click();
  return Boolean(control);
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const form = event.target.closest("form");
    if (form && typing(event.target)) {
      event.preventDefault();
      form.requestSubmit();
    }
    return;
  }
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && typing(event.target)) return event.target.blur();
  if (typing(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key.length === 1 && press(event.key)) event.preventDefault();
});

/* A click on a row makes it the current one; a title that can open beside the list does so. */
document.addEventListener("click", (event) => {
  const row = event.target.closest?.("[data-row]");
  if (!row) return;
  for (const other of rows()) other.classList.toggle("here", other === row);
  const plain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
  const aside = document.querySelector("aside");
  if (plain && event.target.closest("a[data-beside]") && aside && shown(aside)) {
    event.preventDefault();
    row.dispatchEvent(new CustomEvent("rundbrief:here", { bubbles: true }));
  }
});
