/** One measured figure: how we compare with something bare that ran in the same minute on the same machine. */
export type Figure = {
  readonly name: string; // "append.producers-100"
  readonly ratio: number; // ours to the other's
  readonly against: string; // what the other is, in words
  readonly samples: number; // how many measurements the ratio is the middle of
};

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
