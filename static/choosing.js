/* Files that go along with their form: the two ways to choose one are buttons, and below them stands what was chosen. Without this the
   browser's own fields are there. */
"use strict";

for (const ways of document.querySelectorAll("form:not([data-upload]) .ways")) {
  const inputs = [...ways.querySelectorAll("[type=file]")], [camera, main] = inputs, box = ways.parentElement.querySelector(".chosen"), list = box.firstElementChild;
  const files = [], { remove, unit } = list.dataset, language = document.documentElement.lang;

  const row = (file) => {
    const [item, about, name, size, drop] = ["li", "p", "bdi", "span", "button"].map((kind) => document.createElement(kind));
    name.textContent = file.name;
    size.className = "soft";
    size.textContent = `${(Math.max(1, Math.round(file.size / 1e5)) / 10).toLocaleString(language)}\u00a0${unit}`;
    [drop.type, drop.className, drop.textContent] = ["button", "button quiet small", remove];
    drop.onclick = () => {
      files.splice(files.indexOf(file), 1);
      show();
    };
    about.append(name, " ", size);
    item.append(about, drop);
    return item;
  };
  const show = () => {
    const all = new DataTransfer();
    for (const file of files) all.items.add(file);
    camera.value = "";
    main.files = all.files;
    list.replaceChildren(...files.map(row));
    box.hidden = !files.length;
  };
  const take = (event) => {
    if (!main.multiple) files.length = 0;
    files.push(...event.target.files);
    show();
  };
  for (const input of inputs) input.addEventListener("change", take);
  ways.classList.add("handy");
  camera.parentElement.hidden = !navigator.maxTouchPoints;  /* a desk has no camera that looks down */
}
