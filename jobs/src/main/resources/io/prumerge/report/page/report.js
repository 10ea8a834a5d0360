"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const narrow = () => window.innerWidth < 640;
  const wide = () => window.innerWidth >= 1000;
  const number = (value) => Number(value.toPrecision(3)).toLocaleString("en");
  const SHAPES = ["circle", "rect", "triangle", "diamond"];
  const GLYPHS = { circle: "●○", rect: "■□", triangle: "▲△", diamond: "◆◇" };
  const COLOURS = 9;
  const STAGES = { preprocess: 0, vision: 1, reduction: 5, projector: 6, prefill: 2, decode: 4 };

  const colour = (who) => style("--c" + (data.who[who].method % COLOURS));

  const shown = data.who.map(() => true);

  // The first run's marks are filled, others' are hollow.
  const hollow = (who) => data.who[who].run > 0;
  const shape = (who) => SHAPES[data.who[who].method % SHAPES.length];
  const mark = (who) => ({
    color: hollow(who) ? style("--card") : colour(who),
    borderColor: colour(who),
    borderWidth: 2,
    opacity: 1,
  });

  const axis = (more) => ({
    nameTextStyle: { color: style("--soft") },
    axisLabel: { color: style("--soft"), hideOverlap: true },
    axisLine: { show: true, lineStyle: { color: style("--soft") } },
    splitLine: { lineStyle: { color: style("--line") } },
    ...more,
  });

  // The lines of a name, which ends a line where a parameter of its method does, or at a space.
  const pen = document.createElement("canvas").getContext("2d");
  const FONT = () => "12px " + getComputedStyle(document.body).fontFamily;
  const size = (text) => {
    pen.font = FONT();
    return pen.measureText(text).width;
  };
  const lines = (name, width) =>
    (name.match(/[^:, \n]*[:,]+|[^:, \n]+|[ \n]+/g) ?? []).reduce((made, part) => {
      const last = made.pop() ?? "";
      const on = (last + part).replace(/[ \n]+/g, " ");
      return last.trim() && size(on.trim()) > width ? [...made, last.trim(), part.trimStart()] : [...made, on.trimStart()];
    }, []).map((one) => one.trim());

  // No part of a name is broken: what does not fit into the most that there is ends in dots.
  const MOST = () => (narrow() ? 150 : 300);
  const categories = (names, width = narrow() ? 92 : 190) =>
    axis({
      type: "category",
      data: names,
      inverse: true,
      splitLine: { show: false },
      axisTick: { show: false },
      axisLabel: {
        color: style("--ink"),
        formatter: (name) => lines(name, width).join("\n"),
        overflow: "truncate",
        ellipsis: "…",
        lineHeight: 13,
        width: Math.min(MOST(), Math.max(0, ...names.flatMap((name) => lines(name, width)).map(size)) + 2),
        interval: 0,
      },
    });

  // Tooltips are drawn, not HTML: no text of the data is ever parsed as markup.
  const base = (more) => ({
    animation: false,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    legend: {
      bottom: 0,
      type: "scroll",
      formatter: (name) => echarts.format.truncateText(name, MOST(), FONT(), "…"),
      textStyle: { color: style("--ink") },
      pageTextStyle: { color: style("--soft") },
      pageIconColor: style("--accent"),
      pageIconInactiveColor: style("--line"),
    },
    ...more,
  });

  const tooltip = (formatter) => ({
    renderMode: "richText",
    confine: true,
    backgroundColor: style("--card"),
    borderColor: style("--line"),
    textStyle: { color: style("--ink"), fontSize: 12 },
    formatter,
  });

  const line = (x1, y1, x2, y2) => ({
    type: "line",
    shape: { x1, y1, x2, y2 },
    style: { stroke: style("--ink"), lineWidth: 1 },
  });

  // A vertical bar with caps from low to high.
  const whisker = (params, api) => {
    const [x, low] = api.coord([api.value(0), api.value(1)]);
    const high = api.coord([api.value(0), api.value(2)])[1];
    return { type: "group", children: [line(x, low, x, high), line(x - 4, low, x + 4, low), line(x - 4, high, x + 4, high)] };
  };

  // Shared area of two boxes [left, top, right, bottom].
  const shared = (one, other) =>
    Math.max(0, Math.min(one[2], other[2]) - Math.max(one[0], other[0])) *
    Math.max(0, Math.min(one[3], other[3]) - Math.max(one[1], other[1]));

  // Puts each name beside its mark where it covers the least of other names, of marks and of their
  // bars, which are rows [x, y, x low, x high, y low, y high].
  const besideMarks = (id, rows) => {
    const placed = new Map(); // by series: a chart asks again
    return ({ rect, labelRect, seriesIndex }) => {
      const chart = echarts.getInstanceByDom(document.getElementById(id));
      const pixel = (x, y) => chart.convertToPixel({ gridIndex: 0 }, [x, y]);
      const covered = rows.flatMap(([x, y, left, right, low, high]) => {
        const [across, down] = pixel(x, y);
        const [[from, bottom], [to, top]] = [pixel(left, low), pixel(right, high)];
        return [
          [across - 7, down - 7, across + 7, down + 7],
          [across - 1, top, across + 1, bottom],
          [from, down - 1, to, down + 1],
        ];
      });
      const { width, height } = labelRect;
      const [x, y] = [rect.x + rect.width / 2, rect.y + rect.height / 2];
      const box = ([left, middle]) => [left, middle - height / 2, left + width, middle + height / 2];
      const sides = [0, -10, 10, -20, 20].flatMap((shift) => [[x + 11, y + shift], [x - 11 - width, y + shift]]);
      const ends = [[x - width / 2, y - 8 - height / 2], [x - width / 2, y + 8 + height / 2]];
      const others = [...placed].filter(([series]) => series !== seriesIndex).map(([, other]) => other);
      const cost = (one) => {
        const outside = width * height - shared(one, [4, 4, chart.getWidth() - 4, chart.getHeight() - 44]);
        return 2 * outside + [...covered, ...others].reduce((sum, other) => sum + shared(one, other), 0);
      };
      const best = [...sides, ...ends].map(box).reduce((least, one) => (cost(one) < cost(least) ? one : least));
      placed.set(seriesIndex, best);
      return { x: best[0], y: best[1], align: "left", verticalAlign: "top", hideOverlap: true };
    };
  };

  const tradeOff = (id, key, unit) => () => {
    const figure = data.figures[Number(document.getElementById("figure").value)];
    const seen = (point, who) => shown[who] && point.value !== null && point[key] !== null;
    const labelLayout = besideMarks(
      id,
      figure.points.filter(seen).map((point) => [point[key], point.value, point[key], point[key], point.low ?? point.value, point.high ?? point.value]),
    );
    const series = [];
    figure.points.forEach((point, who) => {
      if (!seen(point, who)) {
        return;
      }
      const name = data.who[who].label;
      if (point.low !== null && point.high !== null) {
        series.push({
          name,
          type: "custom",
          renderItem: whisker,
          encode: { x: 0, y: [1, 2] },
          data: [[point[key], point.low, point.high]],
          silent: true,
          z: 4,
        });
      }
      series.push({
        name,
        type: "scatter",
        symbol: shape(who),
        symbolSize: 10,
        itemStyle: mark(who),
        label: {
          show: point.front && !narrow(),
          formatter: () => lines(name, 160).join("\n"),
          position: "right",
          color: colour(who),
          fontSize: 11,
          lineHeight: 12,
        },
        labelLayout,
        data: [{ value: [point[key], point.value], point }],
        z: 3,
      });
    });
    if (figure === data.figures[0] && key === "gigaFlops") {
      const runs = new Set(data.who.map((who) => who.run));
      runs.forEach((run) => {
        const front = figure.points
          .filter((point, who) => shown[who] && point.front && data.who[who].run === run)
          .sort((one, other) => one[key] - other[key]);
        series.push({
          type: "line",
          data: front.map((point) => [point[key], point.value]),
          symbol: "none",
          lineStyle: { color: style("--soft"), type: "dashed", width: 1 },
          silent: true,
          z: 1,
        });
      });
    }
    return base({
      legend: { show: false },
      grid: { left: 16, right: 16, top: 30, bottom: 36, containLabel: true },
      xAxis: axis({ type: "value", min: 0, name: unit, nameLocation: "middle", nameGap: 28 }),
      yAxis: axis({ type: "value", scale: true, name: figure.title, nameTextStyle: { color: style("--soft"), align: "left" } }),
      tooltip: tooltip((hit) => {
        const point = hit.data.point;
        return point
          ? [
              hit.seriesName,
              `${figure.title}: ${number(point.value)}` +
                (point.low === null ? "" : ` (${number(point.low)} to ${number(point.high)})`),
              `${unit}: ${number(point[key])}`,
            ].join("\n")
          : "";
      }),
      series,
    });
  };

  // Bars from low to high along both axes, of a row [x, y, x low, x high, y low, y high].
  const cross = (params, api) => {
    const [x, y] = api.coord([api.value(0), api.value(1)]);
    const [left, low] = api.coord([api.value(2), api.value(4)]);
    const [right, high] = api.coord([api.value(3), api.value(5)]);
    return { type: "group", children: [line(x, low, x, high), line(left, y, right, y)] };
  };

  const saved = (percent) => (percent === null ? null : 100 - percent);

  const OVER_TIME = (title) => ({
    x: "measured time, % of none's",
    y: title,
    row: (point) => [point.time, point.value, point.timeLow ?? point.time, point.timeHigh ?? point.time, point.low ?? point.value, point.high ?? point.value],
  });
  const SAVED = () => ({
    x: "FLOPs saved, %",
    y: "time saved, %",
    row: (point) => {
      const [flops, time] = [saved(point.flops), saved(point.time)];
      return [flops, time, flops, flops, saved(point.timeHigh) ?? time, saved(point.timeLow) ?? time];
    },
    equal: true,
  });

  const timed = (id, axes) => () => {
    const figure = data.timed[Number(document.getElementById("timed-figure").value)];
    const { x, y, row, equal } = axes(figure.title);
    const points = figure.points.filter((point) => shown[point.who] && row(point)[0] !== null);
    const most = Math.max(...points.map((point) => row(point)[0]));
    const labelLayout = besideMarks(id, points.map(row));
    return base({
      legend: { show: false },
      grid: { left: 16, right: 24, top: 30, bottom: 36, containLabel: true },
      xAxis: axis({ type: "value", scale: true, name: x, nameLocation: "middle", nameGap: 28 }),
      yAxis: axis({ type: "value", scale: true, name: y, nameTextStyle: { color: style("--soft"), align: "left" } }),
      tooltip: tooltip((hit) => {
        const values = hit.data.value;
        return values
          ? [
              hit.seriesName,
              `${x}: ${number(values[0])} (${number(values[2])} to ${number(values[3])})`,
              `${y}: ${number(values[1])} (${number(values[4])} to ${number(values[5])})`,
            ].join("\n")
          : "";
      }),
      series: [
        ...points.flatMap((point) => {
          const values = row(point);
          const name = data.who[point.who].label;
          return [
            { name, type: "custom", renderItem: cross, encode: { x: [0, 2, 3], y: [1, 4, 5] }, data: [values], silent: true, z: 4 },
            {
              name,
              type: "scatter",
              symbol: shape(point.who),
              symbolSize: 10,
              itemStyle: mark(point.who),
              encode: { x: 0, y: 1 },
              label: {
                show: !narrow(),
                formatter: () => lines(name, 160).join("\n"),
                position: "right",
                color: colour(point.who),
                fontSize: 11,
                lineHeight: 12,
              },
              labelLayout,
              data: [{ value: values }],
              z: 3,
            },
          ];
        }),
        ...(equal
          ? [{ type: "line", data: [[0, 0], [most, most]], symbol: "none", lineStyle: { color: style("--soft"), type: "dashed", width: 1 }, silent: true, z: 1 }]
          : []),
      ],
    });
  };

  // A row per method, in order: its name and share of tokens, its retention, filled if it is told apart.
  const toldOf = (one) => data.who[one.who].label + (one.tokens === null ? "" : `, ${number(one.tokens)}\u00a0%\u00a0of\u00a0tokens`);
  const TOLD = () => (wide() ? MOST() : 130);
  const overview = () => {
    const bar = (params, api) => {
      const [left, y] = api.coord([api.value(1), api.value(0)]);
      const right = api.coord([api.value(2), api.value(0)])[0];
      return { type: "group", children: [line(left, y, right, y), line(left, y - 4, left, y + 4), line(right, y - 4, right, y + 4)] };
    };
    return base({
      legend: { show: false },
      grid: { left: 48, right: 24, top: 10, bottom: 36, containLabel: true },
      yAxis: categories(data.overview.map(toldOf), TOLD()),
      xAxis: axis({ type: "value", scale: true, max: (range) => (range.max < 100 ? 100 : null), name: "retention %", nameLocation: "middle", nameGap: 28 }),
      tooltip: tooltip((hit) => {
        const one = hit.data.one;
        return one ? [toldOf(one), `retention: ${number(one.value)} %` + (one.low === null ? "" : ` (${number(one.low)} to ${number(one.high)})`)].join("\n") : "";
      }),
      series: [
        {
          type: "custom",
          renderItem: bar,
          encode: { x: [1, 2], y: 0 },
          data: data.overview.flatMap((one, row) => (one.low === null ? [] : [[row, one.low, one.high]])),
          silent: true,
          z: 2,
        },
        {
          type: "scatter",
          symbolSize: 10,
          data: data.overview.map((one, row) => ({
            value: [one.value, row],
            one,
            itemStyle: { color: one.toldApart ? style(one.value < 100 ? "--c2" : "--c1") : style("--card"), borderColor: style(!one.toldApart ? "--soft" : one.value < 100 ? "--c2" : "--c1"), borderWidth: 2, opacity: 1 },
          })),
          markLine: { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: style("--soft"), type: "dashed" }, data: [{ xAxis: 100 }] },
          z: 3,
        },
      ],
    });
  };

  // A row per method, in it a mark per budget, one below the other.
  const board = () => {
    const { budgets, methods, points } = data.leaderboard;
    const shift = (budget) => (budget - (budgets.length - 1) / 2) * 5;
    const hue = (budget) => style("--c" + (1 + (budget % (COLOURS - 1))));
    const interval = (budget) => (params, api) => {
      const [left, middle] = api.coord([api.value(1), api.value(0)]);
      const right = api.coord([api.value(2), api.value(0)])[0];
      const y = middle + shift(budget);
      return { type: "line", shape: { x1: left, y1: y, x2: right, y2: y }, style: { stroke: hue(budget), lineWidth: 1.5, opacity: 0.6 } };
    };
    return base({
      grid: { left: 28, right: 24, top: 10, bottom: 62, containLabel: true },
      yAxis: categories(methods),
      xAxis: axis({
        type: "value",
        scale: true,
        max: (range) => (range.max < 100 ? 100 : null),
        name: "retention %",
        nameLocation: "middle",
        nameGap: 28,
      }),
      tooltip: tooltip((hit) => {
        const point = hit.data.point;
        return point
          ? [
              point.name,
              `retention: ${number(point.value)} %` + (point.low === null ? "" : ` (${number(point.low)} to ${number(point.high)})`),
              ...(point.tokens === null ? [] : [`visual tokens: ${number(point.tokens)}`]),
            ].join("\n")
          : "";
      }),
      series: budgets.flatMap((name, budget) => {
        const own = points.filter((point) => point.budget === budget);
        return [
          {
            name,
            type: "custom",
            renderItem: interval(budget),
            encode: { x: [1, 2], y: 0 },
            data: own.filter((point) => point.low !== null).map((point) => [point.method, point.low, point.high]),
            itemStyle: { color: hue(budget) },
            silent: true,
            z: 2,
          },
          {
            name,
            type: "scatter",
            symbol: SHAPES[budget % SHAPES.length],
            symbolSize: 8,
            symbolOffset: [0, shift(budget)],
            itemStyle: { color: hue(budget), opacity: 1 },
            data: own.map((point) => ({ value: [point.value, point.method], point })),
            markLine:
              budget === 0
                ? { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: style("--soft"), type: "dashed" }, data: [{ xAxis: 100 }] }
                : undefined,
            z: 3,
          },
        ];
      }),
    });
  };

  const tokenBoxes = () =>
    base({
      grid: { left: 28, right: 24, top: 10, bottom: 62, containLabel: true },
      yAxis: categories(data.tokens.benchmarks),
      xAxis: axis({ type: "value", min: 0, name: "visual tokens", nameLocation: "middle", nameGap: 28 }),
      tooltip: tooltip((hit) => {
        const box = data.tokens.boxes[hit.seriesIndex].quantiles[hit.dataIndex];
        const names = ["5 %", "25 %", "median", "75 %", "95 %"];
        return [`${hit.name}: ${hit.seriesName}`, ...box.map((value, i) => `${names[i]}: ${number(value)}`)].join("\n");
      }),
      series: data.tokens.boxes.map((box) => ({
        name: box.label,
        type: "boxplot",
        boxWidth: [4, 14],
        itemStyle: { color: "transparent", borderColor: colour(box.who), borderWidth: 2 },
        data: box.quantiles.map((quantiles) => quantiles ?? ["-", "-", "-", "-", "-"]),
      })),
    });

  const stages = (what, unit) => () =>
    base({
      grid: { left: 28, right: 24, top: 10, bottom: 62, containLabel: true },
      yAxis: categories(what.who.map((who) => data.who[who].label)),
      xAxis: axis({ type: "value", name: unit, nameLocation: "middle", nameGap: 28 }),
      tooltip: tooltip((hit) => `${hit.name}\n${hit.seriesName}: ${number(hit.value)} ${unit}`),
      series: what.names.map((name, stage) => ({
        name,
        type: "bar",
        stack: "all",
        barMaxWidth: 18,
        itemStyle: { color: style("--c" + STAGES[name]), borderColor: style("--card"), borderWidth: 1 },
        data: what.values[stage],
      })),
    });

  const hardware = () => {
    const chosen = data.hardware[Number(document.getElementById("precision").value)];
    return base({
      legend: { show: false },
      grid: { left: 28, right: 24, top: 10, bottom: 36, containLabel: true },
      yAxis: categories(chosen.names),
      xAxis: axis({ type: "log", min: (range) => 0.8 * range.min, max: (range) => 1.25 * range.max, name: "ms", nameLocation: "middle", nameGap: 28, axisLabel: { color: style("--soft"), showMinLabel: false, showMaxLabel: false } }),
      tooltip: tooltip((hit) => `${hit.seriesName}\n${chosen.names[hit.value[1]]}: ${number(hit.value[0])} ms`),
      series: data.who.flatMap((who, i) =>
        !shown[i] || chosen.millis[i].every((value) => value === null)
          ? []
          : [
              {
                name: who.label,
                type: "scatter",
                symbol: shape(i),
                symbolSize: 9,
                itemStyle: mark(i),
                data: chosen.millis[i].map((value, device) => [value ?? "-", device]),
              },
            ],
      ),
    });
  };

  const rows = (count, each) => () => Math.max(260, 90 + count * (narrow() ? 1.3 : 1) * each) + "px";
  const charts = [
    ...(data.overview.length ? [{ id: "overview", option: overview, height: () => 60 + data.overview.map(toldOf).reduce((sum, name) => sum + 15 + 13 * lines(name, TOLD()).length, 0) + "px" }] : []),
    { id: "over-tokens", option: tradeOff("over-tokens", "tokens", "visual tokens") },
    { id: "over-flops", option: tradeOff("over-flops", "gigaFlops", "GFLOPs") },
    ...(data.leaderboard.points.length ? [{ id: "board", option: board, height: rows(data.leaderboard.methods.length, Math.max(28, 12 + 6 * data.leaderboard.budgets.length)) }] : []),
    { id: "token-boxes", option: tokenBoxes, height: rows(data.tokens.benchmarks.length, 20 + 15 * data.tokens.boxes.length) },
    { id: "stage-millis", option: stages(data.millis, "ms"), height: rows(data.millis.who.length, 34) },
    { id: "stage-flops", option: stages(data.gigaFlops, "GFLOPs"), height: rows(data.gigaFlops.who.length, 34) },
    ...(data.timed.length ? [{ id: "over-time", option: timed("over-time", OVER_TIME) }, { id: "saved", option: timed("saved", SAVED) }] : []),
    ...(data.hardware.length ? [{ id: "hardware-millis", option: hardware, height: rows(data.hardware[0].names.length, 26) }] : []),
  ].filter(({ id }) => document.getElementById(id)); // a chart without a figure has no place

  if (!data.leaderboard.points.length) {
    document.getElementById("board")?.closest("figure").remove();
  }
  if (!data.timed.length) {
    document.getElementById("timed")?.remove();
  }

  const draw = () =>
    charts.forEach((chart) => {
      const place = document.getElementById(chart.id);
      place.style.height = chart.height?.() ?? "";
      chart.drawn?.dispose();
      chart.drawn = echarts.init(place, null, { renderer: "svg" });
      chart.drawn.setOption(chart.option());
    });

  // A name that breaks between parameters, as those in tables.
  const parts = (name) =>
    name.split(/(?<=[:,])(?=[^\s\d])|(?<=\s)/).flatMap((part) => {
      const whole = document.createElement("span");
      whole.className = part.length > 28 ? "" : "whole";
      whole.textContent = part;
      return [whole, document.createElement("wbr")];
    });

  const legend = () => {
    const list = document.getElementById("methods");
    list?.replaceChildren(
      ...data.who.map((who, i) => {
        const glyph = document.createElement("span");
        glyph.style.color = colour(i);
        glyph.textContent = GLYPHS[shape(i)][Number(hollow(i))] + " ";
        const button = document.createElement("button");
        button.type = "button";
        button.append(glyph, ...parts(who.label));
        button.setAttribute("aria-pressed", shown[i]);
        button.addEventListener("click", () => {
          shown[i] = !shown[i];
          button.setAttribute("aria-pressed", shown[i]);
          draw();
        });
        const item = document.createElement("li");
        item.append(button);
        return item;
      }),
    );
  };

  const choices = (id, names) => {
    const select = document.getElementById(id);
    if (select) {
      names.forEach((name, i) => select.add(new Option(name, i)));
      select.addEventListener("change", draw);
    }
  };

  choices("figure", data.figures.map((figure) => figure.title));
  choices("timed-figure", data.timed.map((figure) => figure.title));
  choices("precision", data.hardware.map((one) => one.precision));
  legend();
  draw();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    legend();
    draw();
  });
  let waiting;
  addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(draw, 150);
  });
})();
