/**
 * Somebody changes limits in the configuration and has it read again, restarts with another one, breaks it, and approves what is held, or tries to.
 *
 * Owns the file and the asking. What may hold after it is judged by checks/agreements.ts, which is told what was asked and answered.
 */
import type { Random } from '../base/index.ts';
import { heldOf } from '../core/index.ts';
import { reload } from '../door/index.ts';
import { openHeader } from '../journal/index.ts';
import { limitTextsOf } from '../runtime/index.ts';
import type { LimitTexts, RiskSettings, Runtime } from '../runtime/index.ts';
import { Violation } from './checks/index.ts';
import type { Agreements, Place } from './checks/index.ts';
import type { VirtualClock } from './clock.ts';
import { offeredIn } from './offered.ts';
import type { Stage } from './stage.ts';

export const people = ['sam', 'kim'] as const;
export const HELD_FOR_MS = 60_000;

const values = [2_000, 6_000, 12_000, 12_000, 20_000, undefined] as const;
const positions = ['0.05', '0.3', '0.8', '0.8', '2', undefined] as const;
const collars = [3_000, 30_000, 30_000, 60_000, undefined] as const;
const MISSING = 0.05; // of all limits that are changed

/** The same configuration with one or two limits changed. */
function changed(texts: LimitTexts, random: Random): LimitTexts {
  const next = { ...texts };
  const draw = <T>(choices: readonly [T, ...T[]]): T | undefined => (random.chance(MISSING) ? undefined : random.pick(choices));
  for (let times = 1 + random.below(2); times > 0; times--) {
    const which = random.below(3);
    const [value, position, collar] = [draw(values), draw(positions), draw(collars)];
    if (which === 0) next.maxOrderValue = value === undefined ? {} : { default: { text: String(value), asset: 'USD' } };
    else if (which === 1) next.maxPosition = position === undefined ? {} : { default: position };
    else next.priceCollarPpm = collar === undefined ? {} : { default: collar };
  }
  return next;
}

export type ReloadsOptions = { readonly stage: Stage; readonly clock: VirtualClock; readonly random: Random; readonly agreements: Agreements; readonly risk: RiskSettings; readonly everyMs: number; readonly untilMs: number };

/** Who asked by name for what the file says now, and where the journal says so, if that was not lost. */
type Asker = { name: string | undefined; place: Place | undefined };

export function reloadOften(options: ReloadsOptions): void {
  const { clock, random, everyMs, untilMs } = options;
  if (everyMs === 0) return;
  const asker: Asker = { name: undefined, place: undefined };
  const next = (): void => void clock.timer(everyMs / 2 + random.below(everyMs), () => {
    if (clock.monotonicMs() >= untilMs) return;
    once(options, asker);
    next();
  });
  next();
}

function once({ stage, random, agreements, risk }: ReloadsOptions, asker: Asker): void {
  const [act, who, dies] = [random.below(10), random.pick(['sam', 'kim', 'sam', 'kim', 'pat'] as const), random.chance(0.2)];
  const file = changed(stage.file, random);
  const { runtime } = stage;
  if (act === 0) { // a restart is a reload
    asker.name = undefined;
    stage.file = file;
    return stage.killRuntime();
  }
  if (runtime === undefined || stage.isFrozen || runtime.turns.failed !== undefined) return;
  if (act === 1) breakIt(runtime);
  else if (act < 6) {
    stage.file = file;
    asker.name = who;
    const afterSeq = runtime.turns.headSeq;
    const done = reload(runtime, { kind: 'read', limits: limitTextsOf({ limits: file, risk }), warnings: [] }, { by: who, named: true, reason: 'drill' }, cause(who));
    if (done.kind !== 'taken') throw new Violation('K17', `a sound configuration was refused: ${done.problems.join('; ')}`);
    asker.place = placeOf(runtime, afterSeq);
    agreements.offered(asker.place, offeredIn(file));
  } else approve({ stage, runtime, agreements, random }, who, asker);
  if (dies) stage.killRuntime();
}

/** Somebody has written what cannot be read. It is mended before anything is started again. */
function breakIt(runtime: Runtime): void {
  const { limitsHash } = runtime.world;
  const done = reload(runtime, { kind: 'refused', problems: ['config.json:3:5 limits.maxPosition is not a plain decimal number'] }, { by: 'sam', named: true, reason: 'drill' }, cause('sam'));
  if (done.kind !== 'refused' || runtime.world.limitsHash !== limitsHash) throw new Violation('K17', 'a broken configuration was not refused whole');
}

function approve({ stage, runtime, agreements, random }: Pick<ReloadsOptions, 'stage' | 'agreements' | 'random'> & { readonly runtime: Runtime }, who: string, asker: Asker): void {
  const held = heldOf(runtime.world.changes);
  if (held === undefined) return;
  const afterSeq = runtime.turns.headSeq;
  const forMs = random.chance(0.5) ? undefined : 2_000 + random.below(40_000);
  const untilMs = forMs === undefined ? undefined : runtime.time.nowMs() + forMs;
  const { outcome } = runtime.limits.approve(held.id, { by: who, reason: 'drill', forMs }, cause(who));
  if (outcome.kind !== 'done') return;
  if (!(people as readonly string[]).includes(who)) throw new Violation('K17', `${who} is nobody who may approve, and has approved ${held.id}`);
  if (who === asker.name && isKept(stage, runtime, asker.place)) throw new Violation('K17', `${who} asked for ${held.id}, and has approved it`);
  agreements.approved(placeOf(runtime, afterSeq), offeredIn(stage.file), untilMs);
}

/** Whether an act of somebody still counts: it is of this life, or on the disk. */
function isKept({ disk }: Stage, { world }: Runtime, place: Place | undefined): boolean {
  if (place === undefined || place.life === world.life.bootId) return true;
  const entry = disk.entries[place.throughSeq - 1];
  return entry !== undefined && openHeader(entry).bootId === place.life;
}

const cause = (who: string): { actor: string; correlationId: string } => ({ actor: `operator:${who}`, correlationId: 'drill' });
const placeOf = ({ world, turns }: Runtime, afterSeq: number): Place => ({ life: world.life.bootId, afterSeq, throughSeq: turns.headSeq });
