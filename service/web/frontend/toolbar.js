/* The few buttons above a rich text field. Their words come from the page, in its language. */

const ACTS = [
  ["bold", "B", "Bold", (chain) => chain.toggleBold()],
  ["italic", "I", "Italic", (chain) => chain.toggleItalic()],
  ["heading", "H", "Heading", (chain) => chain.toggleHeading({ level: 3 })],
  ["bulletList", "•", "List", (chain) => chain.toggleBulletList()],
  ["orderedList", "1.", "Numbered list", (chain) => chain.toggleOrderedList()],
];

const WORDS = {
  de: { Bold: "Fett", Italic: "Kursiv", Heading: "Zwischentitel", List: "Liste",
    "Numbered list": "Nummerierte Liste", Link: "Link", "Link to": "Adresse des Links",
    Formatting: "Gestaltung", Set: "Setzen", "Remove link": "Link entfernen" },
};

const say = (word) => WORDS[document.documentElement.lang]?.[word] ?? word;

function button(text, name, press) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button only bare slim";
  made.textContent = text;
  made.title = say(name);
  made.setAttribute("aria-label", say(name));
  made.addEventListener("click", press);
  return made;
}

/* The address is typed in the toolbar itself: no window pops up, Escape goes back to the text. */
function linkField(editor) {
  const field = document.createElement("span");
  field.className = "rich-link";
  field.hidden = true;
  const input = document.createElement("input");
  input.type = "url";
  input.placeholder = "https://";
  input.setAttribute("aria-label", say("Link to"));
  const close = () => {
    field.hidden = true;
    editor.commands.focus();
  };
  const set = () => {
    const href = input.value.trim();
    const chain = editor.chain().focus().extendMarkRange("link");
    (href ? chain.setLink({ href }) : chain.unsetLink()).run();
    close();
  };
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    if (event.key !== "Enter") return;
    event.preventDefault();
    set();
  });
  input.addEventListener("input", (event) => event.stopPropagation());
  field.append(input, button("OK", "Set", set), button("×", "Remove link", () => {
    input.value = "";
    set();
  }));
  const open = () => {
    field.hidden = false;
    input.value = editor.getAttributes("link").href ?? "";
    input.focus();
  };
  return { field, open };
}

export function toolbar(editor) {
  const bar = document.createElement("div");
  bar.className = "rich-bar";
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", say("Formatting"));
  const buttons = ACTS.map(([mark, text, name, act]) => {
    const made = button(text, name, () => act(editor.chain().focus()).run());
    made.classList.add(`act-${mark}`);
    return [mark, made];
  });
  const { field, open } = linkField(editor);
  buttons.push(["link", button("Link", "Link", open)]);
  bar.append(...buttons.map(([, made]) => made), field);
  const light = () => {
    for (const [mark, made] of buttons) made.setAttribute("aria-pressed", editor.isActive(mark));
  };
  editor.on("transaction", light);
  light();
  return bar;
}
