/* The few buttons above a rich text field. Their words come from the page, in its language. */

const ACTS = [
  ["bold", "Bold", (chain) => chain.toggleBold()],
  ["italic", "Italic", (chain) => chain.toggleItalic()],
  ["heading", "Heading", (chain) => chain.toggleHeading({ level: 3 })],
  ["bulletList", "List", (chain) => chain.toggleBulletList()],
  ["orderedList", "Numbered list", (chain) => chain.toggleOrderedList()],
];

const WORDS = {
  de: { Bold: "Fett", Italic: "Kursiv", Heading: "Zwischentitel", List: "Liste",
    "Numbered list": "Nummerierte Liste", Link: "Link", "Link to": "Adresse des Links",
    Formatting: "Gestaltung", Set: "Setzen", "Remove link": "Link entfernen" },
};

const say = (word) => WORDS[document.documentElement.lang]?.[word] ?? word;

/* What a button shows is drawn by the sheet (.act-…); its name is what is said. */
function button(act, name, press) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = `button only bare slim act-${act}`;
  made.title = say(name);
  made.setAttribute("aria-label", say(name));
  made.addEventListener("mousedown", (event) => event.preventDefault()); // the text keeps the focus
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
  field.append(input, button("set", "Set", set), button("remove", "Remove link", () => {
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
  const buttons = ACTS.map(([mark, name, act]) =>
    [mark, button(mark, name, () => act(editor.chain().focus()).run())]);
  const { field, open } = linkField(editor);
  buttons.push(["link", button("link", "Link", open)]);
  bar.append(...buttons.map(([, made]) => made), field);
  const light = () => {
    for (const [mark, made] of buttons) made.setAttribute("aria-pressed", editor.isActive(mark));
  };
  editor.on("transaction", light);
  light();
  return bar;
}
