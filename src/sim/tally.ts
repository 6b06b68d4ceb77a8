/** What happened in a run, counted: faults that struck, states that are rare. A state that no seed reaches is a test that tests nothing. */
export class Tally {
  readonly faults = new Map<string, number>();
  readonly states = new Map<string, number>();

  fault(name: string, times = 1): void {
    this.faults.set(name, (this.faults.get(name) ?? 0) + times);
  }

  state(name: string, times = 1): void {
    this.states.set(name, (this.states.get(name) ?? 0) + times);
  }

  /** Counts as a dialect gives them: `"order.create answer-lost": 12`. */
  venueFaults(counts: Readonly<Record<string, number>>): void {
    for (const [name, times] of Object.entries(counts)) this.fault(`venue ${name.slice(name.indexOf(' ') + 1)}`, times);
  }

  add(other: Tally): void {
    for (const [name, times] of other.faults) this.fault(name, times);
    for (const [name, times] of other.states) this.state(name, times);
  }
}
