/** A seeded stream of numbers (xoshiro128**, seeded by splitmix32). The same seed gives the same stream on every machine. Not for secrets. */
export type Random = {
  /** A float in [0, 1). */
  next(): number;
  /** A whole number in [0, below). */
  below(below: number): number;
  /** True with this probability. */
  chance(probability: number): boolean;
  /** One of these. */
  pick<T>(choices: readonly [T, ...T[]]): T;
  /** A stream of its own, so that one more draw here does not shift what is drawn there. */
  fork(label: string): Random;
};

export function seededRandom(seed: number | string): Random {
  let state = typeof seed === 'number' ? seed >>> 0 : hashText(seed);
  const splitmix = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let z = state ^ (state >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z ^= z >>> 15;
    z = Math.imul(z, 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
  let [a, b, c, d] = [splitmix(), splitmix(), splitmix(), splitmix()];
  const root = `${a}:${b}:${c}:${d}`;
  const word = (): number => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const t = b << 9;
    c ^= a; d ^= b; b ^= c; a ^= d; c ^= t;
    d = rotate(d, 11);
    return result;
  };
  const random: Random = {
    next: () => word() / 0x1_0000_0000,
    below: (below) => Math.floor(random.next() * below),
    chance: (probability) => random.next() < probability,
    pick: (choices) => choices[random.below(choices.length)] ?? choices[0],
    fork: (label) => seededRandom(`${root}/${label}`),
  };
  return random;
}

const rotate = (x: number, k: number): number => (x << k) | (x >>> (32 - k));

function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
