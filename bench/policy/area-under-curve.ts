/** The share of pairs in which one is slower than the other; 0.5 says that time tells nothing, in neither direction. */
export function areaUnderCurve(ones: readonly number[], others: readonly number[]): number {
  const all = [...ones.map((ms) => ({ ms, one: true })), ...others.map((ms) => ({ ms, one: false }))].sort(
    (a, b) => a.ms - b.ms,
  );
  let ranks = 0;
  all.forEach(({ one }, at) => {
    if (one) ranks += at + 1;
  });
  const area = (ranks - (ones.length * (ones.length + 1)) / 2) / (ones.length * others.length);
  return Math.max(area, 1 - area);
}
