"use strict";
// The list: fills the form's choices, and gets each page of the table from the server.
(() => {
  const here = new URLSearchParams(location.search);
  const element = (name, text, ...classes) => {
    const made = document.createElement(name);
    made.textContent = text ?? "";
    made.classList.add(...classes);
    return made;
  };
  const problem = document.getElementById("problem");
  const get = async (what) => {
    const answer = await fetch(what);
    if (!answer.ok) {
      throw new Error((await answer.text()).trim());
    }
    return answer.json();
  };
  const fail = (error) => {
    problem.textContent = error.message;
    problem.hidden = false;
  };

  // Links say only what is chosen.
  const form = document.getElementById("filters");
  form.addEventListener("formdata", (event) => {
    for (const [name, value] of [...event.formData]) {
      if (value === "") {
        event.formData.delete(name);
      }
    }
  });
  for (const field of form.elements) {
    field.addEventListener("change", () => field.tagName === "SELECT" && form.requestSubmit());
    if (field.name && here.get(field.name)) {
      field.dataset.set = "";
    }
  }
  const choose = (name, values) => {
    const select = form.elements[name];
    const chosen = select.dataset.chosen;
    const known = new Set([...select.options].map((option) => option.value));
    for (const value of new Set(chosen ? [...values, chosen] : values)) {
      if (value && !known.has(value)) {
        select.add(new Option(value, value));
      }
    }
    select.value = chosen;
  };
  ["benchmark", "split", "category", "error"].forEach((name) => choose(name, []));

  const answer = (said) => {
    const cell = element("div", "", said.style, "clamp");
    cell.append(element("span", said.mark, "mark", said.style), " ");
    cell.append(said.said ? element("bdi", said.said) : element("em", "no text"));
    return cell;
  };
  const question = (cell) => {
    const row = cell.getData();
    const made = element("div", "");
    const link = element("a", "", "clamp");
    link.href = row.link;
    link.append(element("bdi", row.prompt || row.id));
    const place = element("small", "");
    place.append(element("bdi", row.place), " · ", element("bdi", row.id));
    if (row.video) {
      place.append(" · ", element("bdi", row.video));
    }
    if (row.category) {
      place.append(" · ", element("bdi", row.category));
    }
    made.append(link, place);
    return made;
  };
  const graded = (row) => Object.values(row.answers).filter((said) => said.style !== "unknown");
  const marks = (cell) => {
    const row = cell.getData();
    const made = element("div", "");
    const strip = element("span", "", "strip");
    const all = graded(row);
    for (const [method, said] of Object.entries(row.answers)) {
      const mark = element("span", said.style === "partly" ? "◐" : said.mark, "mark", said.style);
      mark.title = methods[method] ?? "";
      strip.append(mark);
    }
    made.append(strip);
    if (all.length > 0) {
      made.append(element("small", `${all.filter((said) => said.style === "right").length} of ${all.length} right`));
    }
    return made;
  };
  const tokens = (cell) => {
    const known = Object.values(cell.getData().answers).map((said) => said.tokens).filter((n) => n !== null);
    const least = Math.min(...known);
    const most = Math.max(...known);
    return known.length === 0 ? "–" : least === most ? `${least}` : `${least}–${most}`;
  };

  // What a narrow window has no columns for, below the question.
  const below = (cells) => {
    const list = element("dl", "", "below");
    for (const { title, value } of cells) {
      const name = element("dt", "");
      name.append(element("bdi", title));
      const said = element("dd", "");
      said.append(value);
      list.append(name, said);
    }
    return list;
  };

  let methods = [];
  const shown = () => {
    const asked = ["method", "right", "wrong"].map((name) => here.get(name)).filter((name) => name);
    const numbers = new Set(asked.map((name) => methods.indexOf(name)).filter((n) => n >= 0));
    return numbers.size > 0 ? [...numbers] : methods.slice(0, 2).map((_, n) => n);
  };
  const columns = () => [
    { title: "question", field: "key", formatter: question, widthGrow: 4, minWidth: 190, responsive: 0 },
    { title: "truth", field: "truth", formatter: (cell) => element("bdi", cell.getValue(), "clamp"), headerSort: false, widthGrow: 2, minWidth: 90, responsive: 1 },
    ...shown().map((n, place) => ({
      title: methods[n],
      titleFormatter: (cell) => element("bdi", cell.getValue()),
      field: `answer${n}`,
      formatter: (cell) => {
        const said = cell.getData().answers[n];
        return said ? answer(said) : element("span", "–");
      },
      headerSort: false,
      widthGrow: 2,
      minWidth: 110,
      responsive: 1 + place,
    })),
    { title: "all methods", field: "right", formatter: marks, width: 150, responsive: 2 },
    { title: "tokens", field: "tokens", formatter: tokens, width: 100, hozAlign: "right", headerHozAlign: "right", responsive: 4 },
  ];

  const sort = here.get("sort") ?? "";
  const load = async (url, config, asked) => {
    const by = asked.sort && asked.sort[0];
    const wanted = !by || by.field === "key" ? "" : (by.dir === "desc" ? "-" : "") + by.field;
    if (wanted !== (here.get("sort") ?? "")) {
      ["at.benchmark", "at.split", "at.id", "at.rank", "page"].forEach((name) => here.delete(name));
      wanted ? here.set("sort", wanted) : here.delete("sort");
      history.replaceState(null, "", here.size > 0 ? `?${here}` : "./");
      form.elements.sort.value = wanted;
    }
    const page = await get(`questions?${here}`);
    turn(page);
    return page.rows;
  };
  const turn = (page) => {
    const first = new URLSearchParams(here);
    ["at.benchmark", "at.split", "at.id", "at.rank", "page"].forEach((name) => first.delete(name));
    const links = { before: page.before, after: page.after, first: page.before && `./?${first}` };
    for (const [id, link] of Object.entries(links)) {
      const anchor = document.getElementById(id);
      anchor.hidden = !link;
      if (link) {
        anchor.href = link;
      }
    }
  };

  const table = async () => {
    const first = await get(`questions?${here}`);
    methods = first.methods;
    let given = first;
    const made = new Tabulator("#questions", {
      layout: "fitColumns",
      responsiveLayout: "collapse",
      responsiveLayoutCollapseFormatter: below,
      renderVertical: "basic",
      sortMode: "remote",
      initialSort: sort ? [{ column: sort.replace("-", ""), dir: sort.startsWith("-") ? "desc" : "asc" }] : [],
      headerSortTristate: true,
      columnDefaults: { variableHeight: true, resizable: false, vertAlign: "top" },
      columns: columns(),
      placeholder: "No question is like this.",
      ajaxURL: "questions",
      ajaxRequestFunc: async (...request) => {
        if (given) {
          const rows = given.rows;
          turn(given);
          given = null;
          return rows;
        }
        return load(...request);
      },
    });
    made.on("dataLoadError", fail);
    made.on("rowClick", (event, row) => {
      if (!event.target.closest("a") && getSelection().isCollapsed) {
        location.href = row.getData().link;
      }
    });
  };

  const counted = async () => {
    const { count } = await get(`count?${here}`);
    document.getElementById("count").textContent = count.toLocaleString("en");
  };
  const choices = async () => {
    const { places, errors } = await get("choices");
    ["benchmark", "split", "category"].forEach((name) => choose(name, places.map((place) => place[name]).sort()));
    choose("error", errors.map((error) => error.kind));
  };
  // One after the other: each takes all cores.
  table().then(counted).then(choices).catch(fail);

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input, select")) {
      return;
    }
    const links = [...document.querySelectorAll(".tabulator-row a")];
    const at = links.indexOf(document.activeElement);
    const press = (id) => {
      const link = document.getElementById(id);
      link.hidden || link.click();
    };
    const keys = {
      j: () => links[Math.min(at + 1, links.length - 1)]?.focus(),
      k: () => links[Math.max(at - 1, 0)]?.focus(),
      n: () => press("after"),
      p: () => press("before"),
      "/": () => form.elements.text.focus(),
    };
    if (keys[event.key]) {
      event.preventDefault();
      keys[event.key]();
    }
  });
})();
