/**
 * Somebody flattens and kills in a run, and asks for it until a life has taken it, as a person would.
 *
 * Owns the asking. When and which words is drawn, see swarm/stop-plan.ts; what must hold afterwards is judged elsewhere, and by other evidence: see checks/standstill.ts.
 */
import type { StopWord } from '../core/index.ts';
import type { VirtualClock } from './clock.ts';
import { SYMBOL, VENUE } from './stage.ts';
import type { Stage } from './stage.ts';
import type { StopPlan } from './swarm/index.ts';

const AGAIN_MS = 500;

/** @param onTaken is told of each word that has been answered as taken */
export function stopOnce(stage: Stage, clock: VirtualClock, plan: StopPlan | undefined, untilMs: number, onTaken: (word: 'halt' | StopWord) => void): void {
  if (plan === undefined) return;
  const { word, afterMs, atSending, next, nextAfterMs, deathsAfterMs, awayForMs, byHandAfterMs, resumeAfterMs } = plan;
  const insist = (ask: () => Promise<boolean>, done: () => void): void =>
    void ask().then((taken) => { if (taken) done(); else if (clock.monotonicMs() < untilMs) clock.timer(AGAIN_MS, () => insist(ask, done)); });
  const say = (said: 'halt' | StopWord, id: string, by: string): (() => Promise<boolean>) =>
    () => stage.command(said === 'halt' ? { kind: 'halt', by, reason: 'stop', cancelOrders: true } : { kind: 'kill', id, word: said, by, reason: 'stop' });
  const begin = (): void => {
    if (byHandAfterMs !== undefined) clock.timer(byHandAfterMs, () => placeByHand(stage, clock));
    insist(say(word, 'first', 'sim'), () => onTaken(word));
    if (awayForMs > 0) stage.partition(awayForMs, 'a stop with the venue away');
    if (next !== 'nothing') clock.timer(nextAfterMs, () => insist(say(next, 'second', 'another'), () => onTaken(next)));
    for (const deathMs of deathsAfterMs) clock.timer(deathMs, () => stage.killRuntime());
    if (resumeAfterMs > 0) clock.timer(resumeAfterMs, () => goOn(stage, clock, () => clock.monotonicMs() < untilMs));
  };
  clock.timer(afterMs, () => { if (atSending) stage.atNextSending(begin); else begin(); });
}

/** So far from the market that it is never filled. */
function placeByHand(stage: Stage, clock: VirtualClock): void {
  const price = stage.exchange.quote(SYMBOL);
  if (price === undefined) return;
  void stage.exchange.place('demo', { clientOrderId: `by-hand-${clock.monotonicMs()}`, symbol: SYMBOL, side: 'buy', type: 'limit', timeInForce: 'gtc', quantity: '0.01', limitPrice: (Number(price.bid) / 2).toFixed(2), stopPrice: undefined });
}

/** A named person lets it go on, after having looked at the venue: again and again until it is open, or until it is too late. */
function goOn(stage: Stage, clock: VirtualClock, mayGoOn: () => boolean): void {
  if (!mayGoOn()) return;
  const { runtime } = stage;
  if (runtime !== undefined && !stage.isFrozen && runtime.world.gate.state === 'ACTIVE') return;
  if (!stage.isFrozen) runtime?.connect(VENUE);
  void stage.command({ kind: 'resume', by: 'sim', reason: 'it was looked at', afterKill: true });
  clock.timer(1_000, () => goOn(stage, clock, mayGoOn));
}

/** After a kill the venue is left alone: somebody begins to look at it again, in every life, and opens nothing. */
export function lookAgain(stage: Stage, clock: VirtualClock): void {
  if (!stage.isFrozen) stage.runtime?.connect(VENUE);
  clock.timer(1_000, () => lookAgain(stage, clock));
}
