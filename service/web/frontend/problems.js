/* What went wrong while a part of the page was fetched or saved: the server says it in the header
   HX-Trigger, and it stands above the work until the next attempt. */

document.addEventListener("problem", (event) => {
  const note = document.createElement("div");
  note.className = "note bad";
  note.setAttribute("role", "alert");
  note.dataset.problem = "";
  const title = document.createElement("strong");
  title.textContent = event.detail.title;
  const detail = document.createElement("p");
  detail.textContent = event.detail.detail;
  note.append(title, detail);
  clear();
  document.querySelector("main .sheet, main")?.prepend(note);
  note.scrollIntoView({ block: "nearest" });
});

document.addEventListener("htmx:beforeRequest", clear);

function clear() {
  document.querySelector("[data-problem]")?.remove();
}
