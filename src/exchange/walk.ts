/**
 * A seeded price path that can be asked for any moment without walking there.
 *
 * It is a sum of noises, each twice as long and √2 times as wide as the one before, which looks like a random walk and stays
 * within bounds. Being a function of the tick alone, it costs nothing while nobody looks, and a restart finds it where it was.
 * Only +, −, ×, ÷ and √ are used: they give the same bits on every machine.
 */
const OCTAVES = 17; // the longest noise spans 2^17 ticks: a day and a half of seconds

export type Walk = (tick: number) => bigint;

export function seededWalk(seed: number, startUnits: bigint, stepPpm: number): Walk {
  const key = mix(seed ^ 0x5bd1e995);
  const widths = Array.from({ length: OCTAVES }, (_, octave) => (stepPpm / 1_000_000) * Math.sqrt(2 ** octave) * 0.7);
  const start = Number(startUnits);
  return (tick) => {
    let shift = 0;
    for (const [octave, width] of widths.entries()) {
      const span = 2 ** octave;
      const cell = Math.floor(tick / span);
      const part = tick / span - cell;
      const from = noise(key, octave, cell);
      shift += width * (from + (noise(key, octave, cell + 1) - from) * part);
    }
    const price = Math.round(start * (1 + Math.max(-0.9, shift)));
    return BigInt(Math.max(1, price));
  };
}

/** A number in [0, 1) that belongs to this tick alone, one for each kind of thing drawn. */
export const drawnAt = (seed: number, kind: number, tick: number): number => (noise(mix(seed ^ 0x2545f491), OCTAVES + kind, tick) + 1) / 2;

/** A number in [-1, 1) that belongs to this place alone. */
function noise(key: number, octave: number, cell: number): number {
  const low = cell % 0x1_0000_0000;
  const high = Math.floor(cell / 0x1_0000_0000);
  return mix(mix(key ^ Math.imul(octave + 1, 0x9e3779b1)) ^ mix((low | 0) ^ Math.imul(high, 0x85ebca6b))) / 0x8000_0000 - 1;
}

function mix(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return (x ^ (x >>> 15)) >>> 0;
}
