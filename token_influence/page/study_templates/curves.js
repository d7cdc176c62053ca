// The families of curves, as token_influence/fitting/families.py has them: γ + β φ(r).
const SHAPES = {
  constant: () => 0,
  power_law: (r, fit) => Math.exp(-fit.p[0] * Math.log1p(r)),
  exponential: (r, fit) => Math.exp(-r / fit.xi[0]),
  stretched_exponential: (r, fit) => Math.exp(-((r / fit.xi[0]) ** fit.kappa[0])),
  truncated_power_law: (r, fit) => Math.exp(-fit.p[0] * Math.log1p(r) - r / fit.xi[0]),
  logarithmic: (r) => -Math.log1p(r),
};
SHAPES.power_law_no_offset = SHAPES.power_law;
SHAPES.exponential_no_offset = SHAPES.exponential;

// The fitted profile at distance r; null where the data do not determine the fit.
function fitted(family, fit, r) {
  if (!fit || fit.reason) return null;
  const linear = (name) => (fit[name] ? fit[name][0] : 0);
  return linear("gamma") + linear("beta") * SHAPES[family](r, fit);
}
