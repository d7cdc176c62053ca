// What is chosen, and how it stands in the address: #arm=…&arm=…&scale=…
const SCALES = ["log-log", "semi-log", "linear"];
const BANDS = ["none", "q25-q75", "q05-q95"];
const MOST = 8; // as many profiles as there are colours that can be told apart

function firstChoice(study) {
  return {
    arms: study.start.slice(0, MOST),
    scale: "log-log",
    range: study.headline,
    band: "none",
    families: ["power_law", "exponential"].filter((name) => study.families.includes(name)),
    residuals: false,
    sort: "",
  };
}

function toAddress(study, choice) {
  const pairs = choice.arms.map((arm) => ["arm", study.arms[arm].names.join("/")]);
  pairs.push(["scale", choice.scale], ["range", choice.range], ["band", choice.band]);
  pairs.push(["fits", choice.families.join(",")], ["residuals", choice.residuals ? "yes" : "no"]);
  if (choice.sort) pairs.push(["sort", choice.sort]);
  return pairs.map(([key, value]) => `${key}=${encodeURIComponent(value).replace(/%2F/g, "/").replace(/%2C/g, ",")}`).join("&");
}

// The choice that an address holds; what it does not hold, or holds wrongly, is as at the beginning.
function fromAddress(study, text) {
  const choice = firstChoice(study);
  const found = {};
  for (const pair of text.split("&")) {
    const [key, value = ""] = pair.split("=");
    try {
      (found[key] ??= []).push(decodeURIComponent(value));
    } catch {
      // an address that was cut off within a character
    }
  }
  const numbers = new Map(study.arms.map((arm, number) => [arm.names.join("/"), number]));
  const arms = (found.arm ?? []).filter((name) => numbers.has(name)).map((name) => numbers.get(name));
  if (arms.length) choice.arms = [...new Set(arms)].slice(0, MOST);
  const one = (key, allowed) => {
    if (found[key] && allowed.includes(found[key][0])) choice[key] = found[key][0];
  };
  one("scale", SCALES);
  one("range", study.ranges);
  one("band", BANDS);
  if (found.fits) choice.families = found.fits[0].split(",").filter((name) => study.families.includes(name));
  if (found.residuals) choice.residuals = found.residuals[0] === "yes";
  if (found.sort) choice.sort = found.sort[0];
  return choice;
}
