/**
 * Who should say regularly that he is alive, and did not. Nothing tells when an alert was stopped or ran out: only its silence.
 *
 *   B1. One silence is one fact, however long it lasts and however often the process starts anew. Its end is another.
 *   B2. After a start a source has its whole time again: what it said while nobody listened is not known.
 *   B3. A sign of life that ends a silence is answered once that is durable.
 *   B4. Whoever delivers so fast that TradingView stops his alert is told of at once, with a heartbeat or without; until he delivers again.
 */
import type { Clock, ServedAnswer } from '../ports/index.ts';
import type { Note, Runtime } from '../runtime/index.ts';
import { json } from './answers.ts';
import { confirmed } from './confirmed.ts';
import type { Heartbeat, Source } from './source.ts';
import type { Tally } from './tally.ts';

type Parts = { readonly runtime: Runtime; readonly clock: Clock; readonly note: (note: Note) => void; readonly tally: Tally; readonly answerWithinMs: number };
type Watched = { readonly name: string; readonly rules: Heartbeat; heardAtMs: number; heardWallMs: number | undefined; armed: boolean };

const TRIGGERS = 15;
const WITHIN_MS = 180_000;
/** What TradingView does to an alert that fires too often. */
export const CUT_OFF = `it had triggered ${TRIGGERS} times within ${WITHIN_MS / 60_000} minutes, which makes TradingView stop an alert; start it again there`;

export class Heartbeats {
  readonly #parts: Parts;
  readonly #watched = new Map<string, Watched>();
  readonly #triggers = new Map<string, number[]>(); // the last ones of each source

  constructor(parts: Parts, sources: readonly Source[]) {
    this.#parts = parts;
    const { runtime, clock, tally } = parts;
    for (const { name, heartbeat: rules } of sources) {
      if (rules === undefined) continue;
      const watched: Watched = { name, rules, heardAtMs: clock.monotonicMs(), heardWallMs: undefined, armed: false };
      this.#watched.set(name, watched);
      tally.heartbeats.set(name, { lastHeardMs: undefined });
      if (!runtime.world.messages.silences.has(name)) this.#await(watched); // B1, B2
    }
  }

  /** Something came from this source, whatever it was. */
  triggered(name: string): void {
    const { clock, tally, note } = this.#parts;
    const [triggers, nowMs] = [this.#triggers.get(name) ?? [], clock.monotonicMs()];
    if (nowMs - (triggers.at(-1) ?? nowMs) > WITHIN_MS) tally.bursts.delete(name); // it was not stopped, or was started again
    triggers.push(nowMs);
    if (triggers.length > TRIGGERS) triggers.shift();
    this.#triggers.set(name, triggers);
    if (!isBurst(triggers) || tally.bursts.has(name)) return;
    tally.bursts.set(name, Math.floor(clock.wallMs()));
    note({ level: 'warning', message: `"${name}" delivered ${TRIGGERS} times within ${WITHIN_MS / 60_000} minutes: if one alert did that, TradingView has stopped it, and its silence from here on is no sign that there is nothing to trade`, detail: { source: name } }); // B4
  }

  async beat(name: string, correlationId: string): Promise<ServedAnswer> {
    const { runtime, clock, tally, answerWithinMs } = this.#parts;
    tally.count(name, 'heartbeat');
    const watched = this.#watched.get(name);
    if (watched !== undefined) {
      watched.heardAtMs = clock.monotonicMs();
      watched.heardWallMs = Math.floor(clock.wallMs());
      tally.heartbeats.set(name, { lastHeardMs: watched.heardWallMs });
      if (runtime.world.messages.silences.has(name)) {
        const { seq } = runtime.turns.take({ kind: 'source-heard', source: name }, { actor: `signal:${name}`, correlationId });
        this.#await(watched);
        await confirmed(runtime, clock, seq, answerWithinMs); // B3
      }
    }
    return json(200, { success: true, outcome: 'heartbeat', correlationId });
  }

  #await(watched: Watched): void {
    if (watched.armed) return;
    watched.armed = true;
    const { clock } = this.#parts;
    const dueInMs = watched.heardAtMs + watched.rules.everyMs + watched.rules.graceMs - clock.monotonicMs();
    clock.timer(Math.max(1, dueInMs), () => {
      watched.armed = false;
      if (clock.monotonicMs() - watched.heardAtMs < watched.rules.everyMs + watched.rules.graceMs) this.#await(watched);
      else this.#missed(watched);
    });
  }

  #missed({ name, rules: { everyMs, graceMs }, heardWallMs }: Watched): void {
    const { runtime } = this.#parts;
    const cutOff = isBurst(this.#triggers.get(name) ?? []);
    runtime.turns.attempt(
      { kind: 'source-silent', source: name, everyMs, graceMs, cutOff, ...(heardWallMs === undefined ? {} : { lastHeardMs: heardWallMs }) },
      { actor: `signal:${name}`, correlationId: 'heartbeat' },
    );
  }
}

const isBurst = (triggers: readonly number[]): boolean => triggers.length === TRIGGERS && (triggers.at(-1) ?? 0) - (triggers[0] ?? 0) <= WITHIN_MS;
