// The explorer: its controls, the plot, the values at one distance and the table of fits.
const study = JSON.parse(document.getElementById("explorer-data").textContent);
const element = (id) => document.getElementById(id);
const form = element("choices");
let choice = fromAddress(study, location.hash.slice(1));
let printing = false;

function made(tag, text = "", attributes = {}) {
  const node = document.createElement(tag);
  node.textContent = text;
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}

function checkbox(name, value, text) {
  const label = made("label", "", { class: "choice" });
  label.append(made("input", "", { type: "checkbox", name, value }), " ", text);
  return label;
}

function buildControls() {
  element("most").textContent = MOST;
  study.keys.forEach((key, k) => {
    const values = [...new Set(study.arms.map((arm) => arm.names[k]))];
    if (values.length < 2) return;
    const select = made("select", "", { "data-key": k });
    select.append(made("option", "all", { value: "" }), ...values.map((value) => made("option", WORDS(value), { value })));
    const label = made("label", `${key} `);
    label.append(select);
    element("filters").append(label);
  });
  element("filters").hidden = !element("filters").querySelector("select");
  element("arms").append(...study.arms.map((arm, number) => checkbox("arm", number, armLabel(study, arm))));
  form.elements.range.append(...study.ranges.map((range) => made("option", range.replace("..", " … "), { value: range })));
  element("families").append(
    ...study.families.map((name) => checkbox("family", name, `${WORDS(name)} (${LINES[name][1]})`)),
  );
}

// The controls as the choice says.
function showChoice() {
  for (const box of form.querySelectorAll("[name=arm]")) {
    box.checked = choice.arms.includes(Number(box.value));
    box.disabled = !box.checked && choice.arms.length >= MOST;
  }
  for (const box of form.querySelectorAll("[name=family]")) box.checked = choice.families.includes(box.value);
  for (const name of ["scale", "range", "band"]) form.elements[name].value = choice[name];
  form.elements.residuals.checked = choice.residuals;
  element("chosen").textContent = `${choice.arms.length} of ${study.arms.length} chosen`;
}

// The choice as the controls say; an arm that was chosen before keeps its colour.
function readChoice() {
  const boxes = [...form.querySelectorAll("[name=arm]:checked")].map((box) => Number(box.value));
  const kept = choice.arms.filter((arm) => boxes.includes(arm));
  choice.arms = [...kept, ...boxes.filter((arm) => !kept.includes(arm))].slice(0, MOST);
  choice.families = [...form.querySelectorAll("[name=family]:checked")].map((box) => box.value);
  for (const name of ["scale", "range", "band"]) choice[name] = form.elements[name].value;
  choice.residuals = form.elements.residuals.checked;
}

function filterArms() {
  const wanted = [...element("filters").querySelectorAll("select")].filter((select) => select.value);
  element("arms").childNodes.forEach((label, number) => {
    label.hidden = !wanted.every((select) => study.arms[number].names[select.dataset.key] === select.value);
  });
}

function showFits() {
  const [sorted, direction] = choice.sort.split(":");
  const columns = fitColumns(study);
  const head = made("tr");
  for (const { name, title } of columns) {
    const cell = made("th", "", { scope: "col" });
    const arrow = name === sorted ? (direction === "down" ? " ↓" : " ↑") : "";
    cell.append(made("button", title + arrow, { type: "button", class: "sort", "data-column": name }));
    if (arrow) cell.setAttribute("aria-sort", direction === "down" ? "descending" : "ascending");
    head.append(cell);
  }
  const body = fitRows(study, choice).map((row) => {
    const line = made("tr");
    line.append(...columns.map(({ cell }) => made("td", cell(row))));
    return line;
  });
  const parts = [made("thead"), made("tbody")];
  parts[0].append(head);
  parts[1].append(...body);
  element("fits").replaceChildren(...parts);
}

function showValues() {
  const r = Number(element("distance").value);
  element("at").textContent = r;
  const families = study.families.filter((name) => choice.families.includes(name));
  const heads = ["profile", "median", "25–75 %", "5–95 %", ...families.map(WORDS)];
  const head = made("tr");
  head.append(...heads.map((text) => made("th", text, { scope: "col" })));
  const short = (value) => (value === null || value === undefined ? "–" : String(Number(value.toPrecision(3))));
  const lines = choice.arms.map((number) => {
    const arm = study.arms[number];
    const at = arm.distance.indexOf(r);
    const value = (level) => (at < 0 ? "–" : short(arm[level][at]));
    const fits = families.map((name) => short(fitted(name, arm.fits[choice.range]?.[name], r)));
    const line = made("tr");
    line.append(made("th", armLabel(study, arm), { scope: "row" }));
    line.append(...[value("median"), `${value("q25")} – ${value("q75")}`, `${value("q05")} – ${value("q95")}`, ...fits].map((text) => made("td", text)));
    return line;
  });
  const parts = [made("thead"), made("tbody")];
  parts[0].append(head);
  parts[1].append(...lines);
  element("values").replaceChildren(...parts);
}

function draw() {
  const slider = element("distance");
  const farthest = Math.max(1, ...choice.arms.map((number) => study.arms[number].distance.at(-1)));
  slider.max = farthest;
  showValues();
  return drawPlot(element("plot"), study, choice, Number(slider.value), printing);
}

function update() {
  showChoice();
  showFits();
  history.replaceState(null, "", `#${toAddress(study, choice)}`);
  return draw();
}

function save(content, type, name) {
  const link = made("a", "", { download: name, href: URL.createObjectURL(new Blob([content], { type })) });
  link.click();
  URL.revokeObjectURL(link.href);
}

async function copyFits() {
  try {
    await navigator.clipboard.writeText(fitsAsCsv(study, choice));
    element("copied").textContent = "Copied.";
  } catch {
    element("copied").textContent = "The browser does not allow it; download the file.";
  }
}

form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("change", (event) => {
  if (event.target.closest("#filters")) return filterArms();
  readChoice();
  return update();
});
element("fits").addEventListener("click", (event) => {
  const column = event.target.dataset.column;
  if (!column) return;
  choice.sort = choice.sort === `${column}:up` ? `${column}:down` : `${column}:up`;
  update();
  element("fits").querySelector(`[data-column="${column}"]`).focus();
});
element("distance").addEventListener("input", () => {
  showValues();
  const x = Number(element("distance").value) + 1;
  Plotly.relayout(element("plot"), { "shapes[0].x0": x, "shapes[0].x1": x });
});
element("save").addEventListener("click", () => Plotly.downloadImage(element("plot"), { format: "svg", filename: "profiles", width: 900, height: 600 }));
element("copy").addEventListener("click", copyFits);
element("download").addEventListener("click", () => save(fitsAsCsv(study, choice), "text/csv", "fits.csv"));
window.addEventListener("hashchange", () => {
  if (!location.hash.includes("=")) return; // a section of the page
  choice = fromAddress(study, location.hash.slice(1));
  update();
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
for (const [moment, value] of [["beforeprint", true], ["afterprint", false]]) {
  window.addEventListener(moment, () => {
    printing = value;
    for (const each of document.querySelectorAll("details:not([open]), details[data-printed]")) {
      each.toggleAttribute("data-printed", value);
      each.open = value;
    }
    draw();
  });
}

buildControls();
showChoice();
showFits();
draw();
