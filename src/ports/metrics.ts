/** What is counted and measured, for whoever watches from outside. The names and their meaning are the door's; the text is an edge's. */

/** Unit and kind are in the name: `_seconds`, `_bytes`, `_total` for what only rises. */
export type MetricSpec = {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
  readonly buckets?: readonly number[]; // upper bounds, of a histogram
};

export type Labels = Readonly<Record<string, string>>;
export type GaugeSample = { readonly name: string; readonly labels: Labels; readonly value: number };

export interface Meters {
  /** Of a counter. */
  add(name: string, labels: Labels, by?: number): void;
  /** Of a histogram. */
  observe(name: string, labels: Labels, value: number): void;
  /** All of it as text, with the gauges as they stand now. A gauge that is not given is not known, and is left out. */
  text(gauges: readonly GaugeSample[]): Promise<{ readonly contentType: string; readonly body: string }>;
}
