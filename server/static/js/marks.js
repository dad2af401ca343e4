// Marks that ECharts has no series for: tints between two curves, and whiskers.

// One polygon per unbroken segment: segments = [[x...], [low...], [high...]].
function band(series) {
  return (params, api) => {
    const [xs, lows, highs] = series.segments[params.dataIndex];
    const upper = xs.map((x, i) => api.coord([x, highs[i]]));
    const lower = xs.map((x, i) => api.coord([x, lows[i]])).reverse();
    return {
      type: "polygon",
      shape: { points: [...upper, ...lower] },
      style: { fill: series.itemStyle.color, opacity: series.itemStyle.opacity },
      silent: true,
    };
  };
}

// data = [[x, low, high]...]: a line without caps; none where marks are closer than leastGapPx.
function whisker(series) {
  return (params, api) => {
    if (params.coordSys.width < (series.leastGapPx ?? 0) * series.data.length) return null;
    const [x, y1] = api.coord([api.value(0), api.value(1)]);
    const [, y2] = api.coord([api.value(0), api.value(2)]);
    return {
      type: "line",
      shape: { x1: x, y1, x2: x, y2 },
      style: { stroke: series.itemStyle.color, lineWidth: series.itemStyle.width },
      silent: true,
    };
  };
}

export const renderers = { band, whisker };
