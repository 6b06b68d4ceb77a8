/**
 * Counts what passed, failed and was skipped, prints failures as they come and once more at the end.
 *
 *   T1. The last line on stdout is the whole verdict: `N passed, N failed`, with `, N skipped` when there were any.
 *   T2. Where nothing may be skipped, a skipped test is a failure, unless it says `absent data ...`: recorded market
 *       data lie beside a clone, not inside it.
 */
import type { Result } from './file.ts';

export class Tally {
  #passed = 0;
  #failed = 0;
  #skipped = 0;
  readonly #failures: string[] = [];
  readonly #maySkip: boolean;
  readonly #print: (text: string) => void;

  constructor(options: { maySkip: boolean; print: (text: string) => void }) {
    this.#maySkip = options.maySkip;
    this.#print = options.print;
  }

  get failed(): number { return this.#failed; }
  get total(): number { return this.#passed + this.#failed + this.#skipped; }

  pass(): void { this.#passed += 1; }

  fail(title: string, place: string, why: string): void {
    this.#failed += 1;
    this.#failures.push(place === '' ? title : `${title} (${place})`);
    this.#print(`  ✖ ${title}${place === '' ? '' : `\n    at ${place}`}\n${indent(why)}`);
  }

  take({ title, place, outcome, why }: Result): void {
    if (outcome === 'passed') return this.pass();
    if (outcome === 'failed') return this.fail(title, place, why);
    if (!this.#maySkip && !why.startsWith('absent data')) { // T2
      return this.fail(title, place, `It was skipped (${why || 'no reason given'}), and nothing may be skipped here.`);
    }
    this.#skipped += 1;
    this.#print(`  - skipped: ${title}${why === '' ? '' : ` (${why})`}`);
  }

  close(): void {
    if (this.#failures.length > 0) this.#print(['', 'Failed:', ...this.#failures.map((line) => `  ✖ ${line}`)].join('\n'));
    const skipped = this.#skipped === 0 ? '' : `, ${this.#skipped} skipped`;
    this.#print(`${this.#passed} passed, ${this.#failed} failed${skipped}`); // T1
  }
}

function indent(text: string): string {
  return text.split('\n').map((line) => `    ${line}`).join('\n');
}
