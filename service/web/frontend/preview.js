/* The preview follows without flicker: the new page loads behind the old one and takes its place. */

let pending = null;

function reload(frame) {
  const next = frame.cloneNode();
  next.classList.add("coming");
  next.addEventListener("load", () => {
    next.contentWindow.scrollTo(0, frame.contentWindow.scrollY);
    next.classList.remove("coming");
    frame.remove();
  }, { once: true });
  frame.after(next);
}

function reloadAll() {
  cancelAnimationFrame(pending);
  pending = requestAnimationFrame(() => {
    for (const late of document.querySelectorAll("iframe[data-preview].coming")) late.remove();
    for (const frame of document.querySelectorAll("iframe[data-preview]")) reload(frame);
  });
}

document.addEventListener("preview", reloadAll);
