/* What comes from Word and Outlook: lists that are drawn with paragraphs become real lists, and
   nothing of the clothing stays. The schema of the editor drops every tag and attribute it does not know. */

const LEVEL = /mso-list:\s*\S+\s+level(\d+)/i;
const BULLET = /^[\s\u00a0]*(?:[·•▪◦o§\u2022\uf0b7\uf0a7-]|\d{1,3}[.)]|[a-z][.)])[\s\u00a0]+/i;

const isListed = (element) =>
  element?.tagName === "P" &&
  (LEVEL.test(element.dataset.style ?? "") || /MsoListParagraph/.test(element.className));

/* Word marks its bullet as to be ignored; where the mark is lost, the bullet is only a character. */
function dropBullet(paragraph) {
  const marks = paragraph.querySelectorAll('[data-style*="mso-list:Ignore"], [data-style*="mso-list: Ignore"]');
  for (const mark of marks) mark.remove();
  if (marks.length) return;
  const first = paragraph.ownerDocument.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT).nextNode();
  if (first) first.textContent = first.textContent.replace(BULLET, "");
}

const isNumbered = (paragraph) => /^[\s\u00a0]*(\d{1,3}|[a-z])[.)]/i.test(paragraph.textContent);

function gather(first) {
  const list = first.ownerDocument.createElement(isNumbered(first) ? "ol" : "ul");
  first.before(list);
  let paragraph = first;
  while (isListed(paragraph)) {
    const next = paragraph.nextElementSibling;
    dropBullet(paragraph);
    const item = first.ownerDocument.createElement("li");
    item.append(paragraph);
    list.append(item);
    paragraph = next;
  }
}

/* A table's row becomes one line; without a mark between them its cells would run together. */
function lineUp(row) {
  const line = row.ownerDocument.createElement("p");
  for (const cell of row.cells) line.append(line.hasChildNodes() ? " · " : "", ...cell.childNodes);
  const whole = row.ownerDocument.createElement("td");
  whole.append(line);
  row.replaceChildren(whole);
}

/* Styles are read as data only: the page's policy applies none, and would complain of each. */
const undressed = (html) => html
  .replace(/<!--\[if[\s\S]*?endif\]-->/gi, "")
  .replace(/<style\b[\s\S]*?<\/style\s*>/gi, "")
  .replace(/<[^>]*>/g, (tag) => tag.replace(/\sstyle=/gi, " data-style="));

export function fromOffice(html) {
  const page = new DOMParser().parseFromString(undressed(html), "text/html");
  for (const noise of page.querySelectorAll("style, script, meta, link, title, o\\:p")) noise.remove();
  for (const paragraph of page.querySelectorAll("p")) {
    if (paragraph.isConnected && isListed(paragraph) && paragraph.parentElement?.tagName !== "LI") gather(paragraph);
  }
  for (const row of page.querySelectorAll("tr:not(:has(p, ul, ol))")) lineUp(row);
  for (const heading of page.querySelectorAll("h1, h2, h4, h5, h6")) {
    const replaced = page.createElement("h3");
    replaced.append(...heading.childNodes);
    heading.replaceWith(replaced);
  }
  for (const element of page.querySelectorAll("[data-style], [class]")) {
    element.removeAttribute("class");
    element.removeAttribute("data-style");
  }
  return page.body.innerHTML;
}
