/* Live progress: the server sends finished markup; the page only puts it in its place. */

for (const place of document.querySelectorAll("[data-live]")) {
  const stream = new EventSource(place.dataset.live);
  stream.addEventListener("message", (event) => {
    place.innerHTML = event.data;
  });
  stream.addEventListener("end", () => {
    stream.close();
    location.reload();
  });
  addEventListener("pagehide", () => stream.close());
}
