/**
 * What must be in order before orders leave again after a halt: each line is met, or says why not and what to do.
 *
 *   L1. A line is met by what is seen now, after the stop, never by what was true before it.
 *   L2. What can be looked at is looked at when it is asked for: whoever wants to go on need not wait for the next round of anything.
 */
import { gateAt, holding, isShut, marketKey, reaches, instrumentsOf, covers } from '../core/index.ts';
import type { CommandParts } from './commands.ts';
import { circuitsInTheWay } from './circuits-in-the-way.ts';
import { limitsSince } from './limits-since.ts';

export type ChecklistLine = { readonly item: string; readonly met: boolean; readonly why: string; readonly doNext: string };
export type ChecklistAsked = { readonly scope: string; readonly reason: string | undefined; readonly instance: string | undefined; readonly afterKill: boolean; readonly acknowledged: ReadonlySet<string> };

export async function checklist(parts: CommandParts & { readonly instance: string }, asked: ChecklistAsked): Promise<readonly ChecklistLine[]> {
  const { runtime } = parts;
  const { scope } = asked;
  const before = gateAt(runtime.world, scope);
  const line = (item: string, why: string | undefined, doNext: string): ChecklistLine => ({ item, met: why === undefined, why: why ?? 'yes', doNext: why === undefined ? '' : doNext });
  const lines: ChecklistLine[] = [line('cause', asked.reason === undefined || asked.reason.trim() === '' ? 'nobody has said yet why it may go on' : undefined, 'give --reason "what it was, and why it is over"')];
  if (!isShut(before.state)) return lines; // from REDUCING a reason is enough
  const stop = holding(runtime.world, scope);
  lines.push(line('stopped', stop === undefined ? undefined : `a ${stop.word} is under way since ${new Date(stop.beganMs).toISOString()}${stop.open.length === 0 ? '' : `, NOT CONFIRMED: ${stop.open.join('; ')}`}`, 'run "breakwater status": it is tried again until the venues show it'));
  if (before.state === 'LOCKED') {
    lines.push(line('unlock', asked.afterKill ? undefined : 'it was killed, and a plain resume does not open it', 'give --after-kill'));
    lines.push(line('instance', asked.instance === parts.instance ? undefined : `the name of this installation was not given (it was "${asked.instance ?? ''}")`, 'give --instance with the name that the first line of "breakwater status" shows'));
    if (stop !== undefined || !asked.afterKill || asked.instance !== parts.instance) return lines; // nobody looks at venues that were left alone for less
  }
  const venues = runtime.venues.filter((venue) => reaches(scope, venue) !== 'not');
  for (const venue of venues) runtime.connect(venue);
  const looks = await Promise.all(venues.map((venue) => lookAt(parts, venue)));
  const { world, prices, time } = runtime;
  const unseen = venues.flatMap((venue, index) => { const why = looks[index]; return why === undefined ? [] : [`${venue}: ${why}`]; });
  if (before.restored === true && unseen.length > 0) lines.push(line('restored', `the journal was restored from a backup, and ${venues.filter((_, index) => looks[index] !== undefined).join(', ')} has not been reconciled since`, 'run "breakwater reconcile"'));
  lines.push(line('reconciled', unseen.length === 0 ? undefined : unseen.join('; '), 'run "breakwater reconcile"; it says what stands in the way'));
  const differing = [...world.ledger.differences.values()].filter(({ venue }) => venues.includes(venue)).map(({ venue, asset }) => `${asset} at ${venue}`);
  lines.push(line('books', differing.length === 0 ? undefined : `books and venue differ in ${differing.join(', ')}`, 'run "breakwater reconcile", and explain the difference'));
  const instruments = venues.flatMap((venue) => instrumentsOf(world.market, venue).filter(({ symbol }) => covers(scope, { venue, symbol }) || reaches(scope, venue) === 'whole').map(({ symbol }) => ({ venue, symbol })));
  const maxAgeMs = world.limits?.priceMaxAgeMs;
  const stale = instruments.filter(({ venue, symbol }) => {
    const price = prices.price(venue, symbol, time.nowMs());
    return price === undefined || maxAgeMs === undefined || time.nowMs() - price.seenAtMs > maxAgeMs;
  });
  lines.push(line('prices', stale.length === 0 ? undefined : `no fresh price of ${stale.map(({ venue, symbol }) => marketKey(venue, symbol)).join(', ')}`, 'wait for a price; "breakwater status" says how the venue is'));
  lines.push({ item: 'breakers', ...circuitsInTheWay(world, { scope, venues, symbols: instruments.map(({ symbol }) => symbol) }, asked.acknowledged) });
  const limited = world.limits !== undefined && world.limitsHash !== '';
  lines.push(limited ? { item: 'configuration', met: true, why: await limitsSince(runtime, world, before.sinceMs), doNext: '' } : line('configuration', 'no limits are in force', 'look at the configuration: "breakwater config validate"'));
  return lines;
}

/** Why there is no whole look that began after this was asked for; undefined where there is one. */
async function lookAt({ runtime, clock, lookWithinMs }: CommandParts, venue: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const cancel = clock.timer(lookWithinMs, () => resolve(`the venue is still being asked after ${lookWithinMs} ms`));
    void runtime.look(venue).then((look) => resolve(look.kind === 'seen' ? undefined : look.why)).finally(cancel);
  });
}
