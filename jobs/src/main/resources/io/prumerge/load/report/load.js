"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const number = (value) => Number(value.toPrecision(3)).toLocaleString("en");
  const SHAPES = ["circle", "rect", "triangle", "diamond"];
  const COLOURS = 9;

  const colour = (server) => style("--c" + (server % COLOURS));

  const axis = (more) => ({
    nameTextStyle: { color: style("--soft") },
    axisLabel: { color: style("--soft"), hideOverlap: true },
    axisLine: { show: true, lineStyle: { color: style("--soft") } },
    splitLine: { lineStyle: { color: style("--line") } },
    ...more,
  });

  const line = (x1, y1, x2, y2, stroke) => ({ type: "line", shape: { x1, y1, x2, y2 }, style: { stroke, lineWidth: 1 } });

  // Bars from low to high along both axes, of a row [x, y, x low, x high, y low, y high].
  const cross = (server) => (params, api) => {
    const [x, y] = api.coord([api.value(0), api.value(1)]);
    const [left, low] = api.coord([api.value(2), api.value(4)]);
    const [right, high] = api.coord([api.value(3), api.value(5)]);
    return { type: "group", children: [line(x, low, x, high, colour(server)), line(left, y, right, y, colour(server))] };
  };

  const range = (figure) => number(figure.value) + (figure.low === null ? "" : ` (${number(figure.low)} to ${number(figure.high)})`);

  // A curve a server; x and y give a point's figures, { value, low, high }, or null.
  const curves = (x, y, xAxis, yAxis) => () => {
    const series = data.servers.flatMap((name, server) => {
      const own = data.points
        .filter((point) => point.server === server && x(point) && y(point))
        .sort((one, other) => (one.concurrency ?? x(one).value) - (other.concurrency ?? x(other).value));
      const row = (point) => [
        x(point).value,
        y(point).value,
        x(point).low ?? x(point).value,
        x(point).high ?? x(point).value,
        y(point).low ?? y(point).value,
        y(point).high ?? y(point).value,
      ];
      return [
        { name, type: "custom", renderItem: cross(server), encode: { x: [0, 2, 3], y: [1, 4, 5] }, itemStyle: { color: colour(server) }, data: own.map(row), silent: true, z: 2 },
        {
          name,
          type: "line",
          symbol: SHAPES[server % SHAPES.length],
          symbolSize: 10,
          lineStyle: { color: colour(server), width: 2 },
          itemStyle: { color: colour(server) },
          encode: { x: 0, y: 1 },
          label: { show: true, position: "top", color: colour(server), fontSize: 11, formatter: (hit) => hit.data.point.name },
          labelLayout: { hideOverlap: true },
          data: own.map((point) => ({
            value: row(point),
            point,
            itemStyle: { color: point.told ? colour(server) : style("--card"), borderColor: colour(server), borderWidth: 2 },
          })),
          z: 3,
        },
      ];
    });
    return {
      animation: false,
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      legend: { bottom: 0, type: "scroll", data: data.servers, textStyle: { color: style("--ink") }, pageTextStyle: { color: style("--soft") } },
      grid: { left: 16, right: 24, top: 34, bottom: 62, containLabel: true },
      xAxis: axis({ nameLocation: "middle", nameGap: 26, ...xAxis }),
      yAxis: axis({ ...yAxis, nameTextStyle: { color: style("--soft"), align: "left" } }),
      // Drawn, not HTML: no text of the data is ever parsed as markup.
      tooltip: {
        renderMode: "richText",
        confine: true,
        backgroundColor: style("--card"),
        borderColor: style("--line"),
        textStyle: { color: style("--ink"), fontSize: 12 },
        formatter: (hit) => {
          const point = hit.data.point;
          return point ? [`${hit.seriesName}, ${point.name}`, `${xAxis.name}: ${range(x(point))}`, `${yAxis.name}: ${range(y(point))}`].join("\n") : "";
        },
      },
      series,
    };
  };

  // At a rate that a server can bear, it answers as many as arrive: that tells nothing of the server.
  const answered = (point) => (point.rate === null ? point.requests : null);
  const exact = (value) => (value === null ? null : { value, low: null, high: null });
  const LATENCY = { type: "value", min: 0, name: "E2EL, ms" };
  const charts = [
    { id: "quality", option: curves(answered, (point) => point.quality, { type: "value", min: 0, name: "requests/s" }, { type: "value", scale: true, boundaryGap: [0, "12%"], name: data.quality }) },
    { id: "concurrency", option: curves((point) => exact(point.concurrency), (point) => point.latency, { type: "log", logBase: 2, name: "requests in flight" }, LATENCY) },
    { id: "rate", option: curves((point) => exact(point.rate), (point) => point.latency, { type: "value", min: 0, name: "requests due a second" }, LATENCY) },
  ].filter(({ id }) => document.getElementById(id));

  const draw = () =>
    charts.forEach((chart) => {
      chart.drawn?.dispose();
      chart.drawn = echarts.init(document.getElementById(chart.id), null, { renderer: "svg" });
      chart.drawn.setOption(chart.option());
    });

  draw();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  let waiting;
  addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(draw, 150);
  });
})();
