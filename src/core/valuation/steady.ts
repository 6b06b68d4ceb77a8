/**
 * The last few looks at a number, so that one wrong one changes nothing and a real change is believed soon.
 *
 *   S1. A value is reached when three of the last five looks say so: one bad price never does, a real fall does with its third look.
 */
const LOOKS = 5;
const AGREE = 3;

export class Steady {
  #looks: bigint[] = [];

  saw(value: bigint): void {
    this.#looks = [...this.#looks.slice(1 - LOOKS), value];
  }

  /** The latest look is corrected: nothing new was seen since. */
  corrects(value: bigint): void {
    this.#looks = [...this.#looks.slice(0, -1), value];
  }

  /** At least three looks are at this or below; undefined before there were three. */
  get atMost(): bigint | undefined {
    return this.#looks.toSorted(byValue)[AGREE - 1];
  }

  /** At least three looks are at this or above. */
  get atLeast(): bigint | undefined {
    return this.#looks.toSorted((a, b) => byValue(b, a))[AGREE - 1];
  }

  forget(): void {
    this.#looks = [];
  }
}

const byValue = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);
