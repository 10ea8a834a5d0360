"use strict";
// One question: shows a method's patches large, and obeys keys.
(() => {
  const large = document.getElementById("large");
  const tiles = [...document.querySelectorAll(".tile button")];
  const rows = [...document.querySelectorAll(".answers tr[data-method]")];
  const show = (method) => {
    const tile = tiles.find((button) => button.dataset.method === method);
    rows.forEach((row) => row.classList.toggle("chosen", row.dataset.method === method));
    tiles.forEach((button) => button.setAttribute("aria-pressed", button === tile));
    if (tile) {
      large.replaceChildren(...[...tile.children].map((drawing) => drawing.cloneNode(true)));
      document.getElementById("shown").textContent = tile.parentElement.querySelector("bdi").textContent;
    }
  };
  const choose = (method) => {
    show(method);
    history.replaceState(null, "", `#${method}`);
  };
  tiles.forEach((button) => button.addEventListener("click", () => choose(button.dataset.method)));
  rows.forEach((row) => row.addEventListener("click", () => getSelection().isCollapsed && choose(row.dataset.method)));
  document.getElementById("patches").hidden = tiles.length === 0;
  show(location.hash.slice(1) || tiles[0]?.dataset.method);

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) {
      return;
    }
    const keys = { j: "after", k: "before", u: "list" };
    if (keys[event.key]) {
      document.getElementById(keys[event.key]).click();
    } else if (rows.some((row) => row.dataset.method === event.key)) {
      choose(event.key);
    }
  });
})();
