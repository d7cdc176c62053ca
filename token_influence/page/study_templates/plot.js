// The plot of the chosen profiles: one colour and marker for each, one line style for each family.
const COLOURS = {
  light: ["#1c1f24", "#0072b2", "#c24e00", "#007a5a", "#a3437f", "#6b5bd2", "#7a6200", "#5a616b"],
  dark: ["#eceef1", "#56b4e9", "#ff9050", "#3ccb9e", "#e79ac5", "#b0a6ff", "#e8c547", "#a5adb8"],
};
const MARKERS = ["circle", "square", "diamond", "triangle-up", "cross", "x", "star", "triangle-down"];
// The line of each family, for Plotly and in words; the first two as in the figures.
const LINES = {
  power_law: ["dash", "dashed"],
  exponential: ["dashdot", "dash-dotted"],
  constant: ["dot", "dotted"],
  power_law_no_offset: ["longdash", "long dashes"],
  exponential_no_offset: ["longdashdot", "long dash-dotted"],
  stretched_exponential: ["2px,6px", "wide dots"],
  truncated_power_law: ["12px,3px", "longest dashes"],
  logarithmic: ["6px,2px,2px,2px,2px,2px", "dash, two dots"],
};
const TICKS = Array.from({ length: 12 }, (_, k) => [1, 2, 5].map((digit) => Number((digit * 10 ** (k - 6)).toPrecision(1)))).flat();
const WORDS = (name) => name.replaceAll("_", " ");

// Plotly reads markup in its texts; a name is shown as it stands.
const shown = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

// The parts of an arm's names in which the arms of the study differ.
function armLabel(study, arm) {
  const telling = study.keys.map((_, k) => new Set(study.arms.map((each) => each.names[k])).size > 1);
  const names = arm.names.map((name, k) => (study.keys[k] === "objective" ? WORDS(name) : name));
  const parts = names.filter((_, k) => telling[k]);
  return (parts.length ? parts : names).join(" · ");
}

function theme(printing) {
  const dark = !printing && matchMedia("(prefers-color-scheme: dark)").matches;
  return dark
    ? { colours: COLOURS.dark, ink: "#eceef1", paper: "#15181d", grid: "#333a44" }
    : { colours: COLOURS.light, ink: "#1c1f24", paper: "#ffffff", grid: "#dde1e6" };
}

const faded = (colour, alpha) => colour + Math.round(alpha * 255).toString(16).padStart(2, "0");

function tracesOf(study, choice, number, place, look) {
  const arm = study.arms[number];
  const name = shown(armLabel(study, arm));
  const x = arm.distance.map((r) => r + 1);
  const colour = look.colours[place];
  const common = { x, mode: "lines", legendgroup: name, showlegend: false, hoverinfo: "skip" };
  const traces = [];
  if (choice.band !== "none") {
    const [low, high] = choice.band.split("-");
    traces.push({ ...common, y: arm[low], line: { width: 0 } });
    traces.push({ ...common, y: arm[high], line: { width: 0 }, fill: "tonexty", fillcolor: faded(colour, 0.18) });
  }
  traces.push({
    ...common, name, y: arm.median, mode: "lines+markers", showlegend: true, hoverinfo: "all",
    line: { color: colour, width: 2 }, marker: { symbol: MARKERS[place], size: 8, color: colour, maxdisplayed: 12 },
    hovertemplate: "%{y:.4g}",
  });
  for (const family of study.families) {
    const fit = arm.fits[choice.range]?.[family];
    if (!choice.families.includes(family) || !fit || fit.reason) continue;
    const values = arm.distance.map((r) => fitted(family, fit, r));
    const inside = (r) => r >= fit.distance_min && r <= fit.distance_max;
    const line = { color: colour, dash: LINES[family][0], width: 1.6 };
    traces.push({ ...common, y: values, line: { ...line, color: faded(colour, 0.35), width: 1.2 } });
    traces.push({
      ...common, name: `${name}: ${WORDS(family)}`, hoverinfo: "all", hovertemplate: "%{y:.4g}", line,
      y: values.map((value, at) => (inside(arm.distance[at]) ? value : null)),
    });
    if (choice.residuals) {
      traces.push({
        ...common, name: `${name} / ${WORDS(family)}`, yaxis: "y2", hoverinfo: "all", hovertemplate: "%{y:.3f}",
        y: values.map((value, at) => (inside(arm.distance[at]) ? arm.median[at] / value : null)), line: { ...line, width: 1.2 },
      });
    }
  }
  return traces;
}

function layoutOf(study, choice, at, look) {
  const arm = study.arms[choice.arms[0]];
  const fit = arm && Object.values(arm.fits[choice.range] ?? {})[0];
  const axis = { gridcolor: look.grid, linecolor: look.ink, zeroline: false, ticks: "outside", tickcolor: look.ink };
  const [x, y] = { "log-log": ["log", "log"], "semi-log": ["linear", "log"], linear: ["linear", "linear"] }[choice.scale];
  const upright = { type: "line", yref: "paper", y0: 0, y1: 1, line: { color: look.ink, width: 1, dash: "dot" } };
  const range = fit && {
    type: "rect", yref: "paper", y0: 0, y1: 1, x0: fit.distance_min + 1, x1: fit.distance_max + 1,
    fillcolor: faded(look.ink, 0.05), line: { width: 0 }, layer: "below",
  };
  const log = (type) => (type === "log" ? { tickmode: "array", tickvals: TICKS, ticktext: TICKS.map(String) } : {});
  return {
    uirevision: choice.scale,
    font: { family: "system-ui, sans-serif", size: 13, color: look.ink },
    paper_bgcolor: look.paper, plot_bgcolor: look.paper,
    margin: { l: 64, r: 12, t: 12, b: 48 },
    hovermode: "x unified", hoverlabel: { bgcolor: look.paper, font: { color: look.ink } },
    legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom", font: { size: 12 } },
    xaxis: { ...axis, ...log(x), type: x, title: { text: "r + 1 (r: distance in tokens)" }, anchor: choice.residuals ? "y2" : "y", unifiedhovertitle: { text: "r + 1 = %{x}" } },
    yaxis: { ...axis, ...log(y), type: y, title: { text: "median influence / that at r = 0" }, domain: choice.residuals ? [0.3, 1] : [0, 1] },
    yaxis2: { ...axis, title: { text: "profile / fit" }, domain: [0, 0.22], visible: choice.residuals },
    shapes: [{ ...upright, x0: at + 1, x1: at + 1 }, ...(range ? [range] : [])],
  };
}

function drawPlot(element, study, choice, at, printing = false) {
  const look = theme(printing);
  const traces = choice.arms.flatMap((number, place) => tracesOf(study, choice, number, place, look));
  const layout = layoutOf(study, choice, at, look);
  if (printing) layout.width = 660;
  return Plotly.react(element, traces, layout, {
    responsive: true, displaylogo: false, modeBarButtonsToRemove: ["toImage", "select2d", "lasso2d", "autoScale2d"],
  });
}
