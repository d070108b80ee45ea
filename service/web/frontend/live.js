/* Live progress: the server sends finished markup; the page only puts it in its place. Whoever is at
   one of its buttons stays there: the button has an id. */

function put(place, markup) {
  const held = place.contains(document.activeElement) ? document.activeElement.id : "";
  place.innerHTML = markup;
  if (held) document.getElementById(held)?.focus({ preventScroll: true });
}

for (const place of document.querySelectorAll("[data-live]")) {
  const stream = new EventSource(place.dataset.live);
  stream.addEventListener("message", (event) => {
    put(place, event.data);
  });
  stream.addEventListener("end", () => {
    stream.close();
    location.reload();
  });
  addEventListener("pagehide", () => stream.close());
}
