"use strict";
(() => {
  // Names by their letters, figures by their size, what is empty last.
  const sort = (table, column) => {
    const head = table.tHead.rows[0].cells[column];
    const figures = head.classList.contains("number");
    const up = head.getAttribute("aria-sort") !== (figures ? "descending" : "ascending");
    const direction = figures === up ? -1 : 1;
    const key = (row) => row.cells[column].dataset.sort;
    const compare = figures ? (one, other) => Number(one) - Number(other) : (one, other) => one.localeCompare(other, "en", { numeric: true });
    const sorted = [...table.tBodies[0].rows].sort((one, other) => {
      const [left, right] = [key(one), key(other)];
      return left === "" || right === "" ? (left === "") - (right === "") : direction * compare(left, right);
    });
    table.tBodies[0].append(...sorted);
    [...table.tHead.rows[0].cells].forEach((cell) => cell.setAttribute("aria-sort", "none"));
    head.setAttribute("aria-sort", direction > 0 ? "ascending" : "descending");
  };

  document.querySelectorAll("table.sortable").forEach((table) => {
    [...table.tHead.rows[0].cells].forEach((head, column) => head.firstElementChild.addEventListener("click", () => sort(table, column)));
  });
})();
