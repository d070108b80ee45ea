/* The inbox: the item that the list stands at is shown beside it, the ones around it are fetched
   ahead; an act walks on to the next item. */
import htmx from "htmx.org";
import { arrive, walk } from "./keys.js";

const wide = matchMedia("(min-width: 60.01rem)");
const FRESH = 60_000;
const pages = new Map();

/* A part of the page as it was fetched within the last minute. */
function fetched(url) {
  const known = pages.get(url);
  if (known && performance.now() - known.at < FRESH) return known.html;
  const html = fetch(url, { headers: { "HX-Request": "true" } }).then((answer) => {
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    return answer.text();
  });
  html.catch(() => pages.delete(url));
  pages.set(url, { at: performance.now(), html });
  return html;
}

const rows = () => [...document.querySelectorAll("[data-read]")];

let ahead = 0;

/* What an item says is seldom long on its way: those around it are there before they are asked for. */
function prefetch(row) {
  clearTimeout(ahead);
  ahead = setTimeout(() => {
    const all = rows();
    const at = all.indexOf(row);
    for (const near of [all[at + 1], all[at - 1]]) {
      if (near) fetched(near.dataset.read).then(() => (near.dataset.ahead = ""), () => {});
    }
  }, 80);
}

async function read(row) {
  const reading = document.getElementById("reading");
  if (!reading || !wide.matches) return;
  const url = row.dataset.read;
  reading.dataset.shows = url;
  prefetch(row);
  try {
    const html = await fetched(url);
    if (reading.dataset.shows !== url) return;
    reading.innerHTML = html;
    htmx.process(reading);
    reading.closest("aside").scrollTop = 0;
  } catch {
    location.assign(row.querySelector("a.title").href);
  }
}

document.addEventListener("rundbrief:here", (event) => {
  for (const row of document.querySelectorAll("[data-row][aria-current]")) {
    row.removeAttribute("aria-current");
  }
  event.target.setAttribute("aria-current", "true");
  if (event.target.dataset.read) read(event.target);
});

/* Whatever was done may show in what was fetched. */
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.requestConfig?.verb !== "get") pages.clear();
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
});

const first = document.querySelector("[data-read][aria-current]");
if (first && wide.matches) prefetch(first);
