/** Names the exchange gives: UUIDs (version 8) that follow from its seed and a count, so that a restart repeats none. */
import { seededRandom } from '../base/index.ts';

export class Names {
  readonly #front: string;

  constructor(seed: number, kind: 'order' | 'client') {
    const random = seededRandom(`${seed}/names/${kind}`);
    const hex = (digits: number): string => random.below(16 ** digits).toString(16).padStart(digits, '0');
    this.#front = `${hex(8)}-${hex(4)}-8${hex(3)}-a${hex(3)}-`;
  }

  name(count: number): string {
    return this.#front + count.toString(16).padStart(12, '0');
  }
}
