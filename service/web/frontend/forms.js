/* Forms: the summary of faults takes the focus, nothing is sent twice, nothing typed is lost. */

/* Each line of the summary names its field; without script it is a link to it. */
function nameFields(root) {
  for (const link of root.querySelectorAll('[data-focus] a[href^="#"]')) {
    const label = document.querySelector(`label[for="${CSS.escape(link.hash.slice(1))}"]`);
    const name = label?.firstChild?.textContent.trim();
    if (name && !link.textContent.includes(name)) link.prepend(`${name}: `);
  }
}

nameFields(document);
document.addEventListener("htmx:afterSwap", (event) => {
  nameFields(event.target);
  event.target.querySelector("[data-focus]")?.focus();
});

/* A second press while the first is on its way does nothing. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "get" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  form.removeAttribute("data-dirty");
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

document.addEventListener("input", (event) => {
  event.target.closest("form[data-guard]")?.setAttribute("data-dirty", "");
});
addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-dirty]")) event.preventDefault();
});

/* Filters apply themselves; their button stays for those without script. */
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-auto]");
  if (form && event.target.type !== "search") form.requestSubmit();
});
document.addEventListener("submit", (event) => {
  if (event.target.method !== "get") return;
  for (const field of event.target.elements) {
    if (field.name && !field.value && field.tagName !== "BUTTON") field.disabled = true;
  }
});

/* Choosing rows: one box for all, a bar that counts. */
function recount(form) {
  const boxes = [...form.querySelectorAll("[data-row] input[type=checkbox], td > input[type=checkbox]")];
  const chosen = boxes.filter((box) => box.checked).length;
  for (const bar of form.querySelectorAll(".chosen")) bar.hidden = chosen === 0;
  for (const tally of form.querySelectorAll("[data-chosen]")) tally.textContent = chosen;
  for (const all of form.querySelectorAll("[data-all]")) {
    all.checked = chosen > 0 && chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  }
}

document.addEventListener("change", (event) => {
  const form = event.target.closest("form");
  if (!form?.querySelector(".chosen")) return;
  const { all } = event.target.dataset;
  if (all) {
    for (const box of form.querySelectorAll(`input[name="${CSS.escape(all)}"]`)) {
      box.checked = event.target.checked;
    }
  }
  recount(form);
});
for (const bar of document.querySelectorAll("form .chosen")) recount(bar.closest("form"));
