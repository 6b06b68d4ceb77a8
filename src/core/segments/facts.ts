/** How the record is cut into segments, as entries of the journal. */
import { defineFact, described, int, list, oneOf, optional, record, text } from '../../journal/index.ts';
import type { Infer } from '../../journal/index.ts';

/** One row of a view, taken out of it whole. */
export const keptRowShape = record({
  table: described(oneOf('orders.done', 'orders.foreign', 'messages.dealt', 'messages.bodies', 'ledger.fills', 'ledger.fees'), 'the view it belongs to'),
  key: text('its key there'),
  record: text('the row, as canonical text'),
});
export type KeptRow = Infer<typeof keptRowShape>;

/** Read by every release there will be: it never gets another version. What changes is inside the state. */
export const segmentOpened = defineFact('segment.opened', 1, {
  segment: int('its number: 2, 3 …; the first one is opened by nothing'),
  previousSeq: int('the last entry of the segment before'),
  previousHash: text('and its hash'),
  digest: text('of the whole state at that entry: what a replay of the segment before has to come to'),
  format: int('of the state that follows'),
  recordFormat: optional(int('of the record, where it was raised above 1')),
  removedThroughSeq: int('nothing up to this entry is kept any more; 0 where everything is'),
  left: int('how many rows were left behind; every one of them was in the index of older keys before this entry was written'),
  state: text('the state that is carried over, as canonical text'),
}, 'A segment begins. A start reads from here on and never further back.');

export const segmentRecalled = defineFact('segment.recalled', 1, { rows: list(keptRowShape, 'what is needed again') },
  'Something arrived that speaks of what an earlier segment holds; those rows are back as they were left.');

export const segmentRemoved = defineFact('segment.removed', 1, {
  segment: int('its number; those before it are gone too'),
  lastSeq: int('its last entry'),
  lastHash: text('and its hash: where the chain goes on'),
  because: text('the rule of retention that asked for it'),
}, 'A closed segment reached the end of its time; its file is deleted. Its keys stay in the index.');

export const segmentFacts = [segmentOpened, segmentRecalled, segmentRemoved] as const;
