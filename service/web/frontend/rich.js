/* A text area becomes a small rich text field: bold, italic, link, lists, one level of heading.
   The text area stays the form's field; its value is always the document as JSON. */
import { Editor } from "@tiptap/core";
import { Bold } from "@tiptap/extension-bold";
import { Document } from "@tiptap/extension-document";
import { HardBreak } from "@tiptap/extension-hard-break";
import { Heading } from "@tiptap/extension-heading";
import { Italic } from "@tiptap/extension-italic";
import { Link } from "@tiptap/extension-link";
import { BulletList, ListItem, ListKeymap, OrderedList } from "@tiptap/extension-list";
import { Paragraph } from "@tiptap/extension-paragraph";
import { Text } from "@tiptap/extension-text";
import { UndoRedo } from "@tiptap/extensions";
import { fromOffice } from "./paste.js";
import { toolbar } from "./toolbar.js";

const SCHEMES = /^(https?:|mailto:|tel:)/i;

const extensions = [
  Document, Paragraph, Text, Bold, Italic, HardBreak, BulletList, OrderedList, ListItem, ListKeymap,
  UndoRedo,
  Heading.configure({ levels: [3] }),
  Link.configure({
    openOnClick: false,
    autolink: true,
    defaultProtocol: "https",
    isAllowedUri: (url) => SCHEMES.test(url),
    HTMLAttributes: { rel: null, target: null },
  }),
];

const fromPlain = (text) => ({
  type: "doc",
  content: text.split(/\n{2,}/).map((part) => ({
    type: "paragraph",
    content: part.split("\n").flatMap((line, n) => [
      ...(n ? [{ type: "hardBreak" }] : []),
      ...(line ? [{ type: "text", text: line }] : []),
    ]),
  })),
});

function stored(area) {
  const value = area.dataset.doc || area.value;
  if (!value.trimStart().startsWith('{"type"')) return fromPlain(value);
  try {
    return JSON.parse(value);
  } catch {
    return fromPlain(area.value);
  }
}

export function enrich(area) {
  const frame = document.createElement("div");
  frame.className = "rich";
  area.before(frame);
  const label = document.querySelector(`label[for="${CSS.escape(area.id)}"]`);
  const editor = new Editor({
    element: frame,
    extensions,
    injectCSS: false,
    content: stored(area),
    editorProps: {
      transformPastedHTML: fromOffice,
      attributes: {
        role: "textbox",
        "aria-multiline": "true",
        "aria-label": label?.firstChild?.textContent.trim() ?? area.name,
        lang: area.lang || document.documentElement.lang,
      },
    },
    onUpdate: () => {
      area.value = JSON.stringify(editor.getJSON());
      area.dispatchEvent(new Event("input", { bubbles: true }));
    },
  });
  area.value = JSON.stringify(editor.getJSON());
  area.hidden = true;
  label?.addEventListener("click", () => editor.commands.focus());
  frame.prepend(toolbar(editor));
}
