import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultWords, priceFaults } from '../../src/dialects/faults/index.ts';
import { seedsAsked, sound } from './seeds.ts';

const SEEDS = Math.max(300, seedsAsked); // fewer do not reach everything

/** What has to happen somewhere in the fixed seeds: a state that no seed reaches is a promise that nobody tests. */
const rareStates = [
  'unknown → found', 'unknown → absent', 'absent → sent again', 'put off, provably not sent',
  'filled although cancelling', 'partial fill', 'late fill after the end', 'closed before its last fills were shown', 'fill before its order was known',
  'duplicate refused by the venue', 'a refusal as duplicate was understood', 'a repetition was recognised',
  'crash before store.append', 'crash after store.append', 'crash before an order leaves', 'crash after an order leaves',
  'crash between append and send', 'crash with an order on its way', 'append torn', 'append unknown', 'append refused', 'restored from a snapshot', 'the follower came to a digest', 'the follower dies', 'the follower hangs', 'the follower lags',
  'halted with an order in flight', 'stopped at the gate, just before it left', 'foreign order found', 'foreign fill booked', 'books differed', 'blocked by price-collar', 'blocked by position', 'blocked by order-value', 'blocked by price-age',
  'the exchange was killed', 'partition', 'the runtime froze', 'the runtime froze, and was killed', 'the wall clock was set',
  ...priceFaults.map((fault) => `nothing was sent while the price was ${fault}`), ...priceFaults.map((fault) => `another source was used while the first was ${fault}`), 'the first source was used again',
  'the disk stalled', 'an emergency was only late', 'a halt was remembered by the emergency log alone', 'the emergency log was taken over', 'the emergency log was taken over, and not whole',
  'flatten begun', 'kill begun', 'a kill during a flatten', 'a halt during a stop', 'stopped with a position', 'stopped with orders in the book', 'a closing order left', 'a position needed another closing order', 'a stop was interrupted by a crash',
  'an amend was taken', 'an amend was refused', 'an amend came to nothing', 'an order followed the one that was changed',
  'a stop with the venue away', 'a venue lied to a stop', 'an order of somebody else stood at a stop', 'a stop is NOT CONFIRMED', 'a stop is CONFIRMED', 'boot after a confirmed stop', 'resumed after a confirmed stop',
  'a looser limit was held', 'a broken file was refused', 'limits agreed: tightened', 'looser limits approved for good', 'looser limits approved for a time', 'limits agreed: ended', 'boot while something is let pass for a time', 'what was offered was lost in a crash',
  'the dead-man timer ran out', 'an order ended by dead-man-timer', 'an order ended by disconnect', 'nobody lived for longer than the dead-man timer',
];
const linkFaults = ['refused', 'request-lost', 'answer-lost', 'reset-before', 'reset-after', 'request-late', 'answer-late', 'request-doubled'].map((fault) => `link ${fault}`);
const venueFaults = faultWords.map((fault) => `venue ${fault}`);

test(`over ${SEEDS} fixed seeds nothing that must hold breaks, and every fault and every rare state happens`, async () => {
  const { tally, runs, intents, simulatedMs } = await sound(1, SEEDS);
  const table = new Map([...tally.faults, ...tally.states]);
  const rows = [...linkFaults, ...venueFaults, ...rareStates].map((name) => [name, table.get(name) ?? 0] as const);
  console.log([`${runs} runs, ${intents} wishes, ${Math.round(simulatedMs / 60_000)} simulated minutes`, ...rows.map(([name, times]) => `${String(times).padStart(8)}  ${name}`)].join('\n'));
  assert.deepEqual(rows.filter(([, times]) => times === 0).map(([name]) => name), []);
});
