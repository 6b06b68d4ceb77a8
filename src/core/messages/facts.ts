/** What became of signals that gave no order, as entries of the journal. */
import { defineFact, int, list, text } from '../../journal/index.ts';

const source = text('who sent it');

export const signalQuarantined = defineFact('signal.quarantined', 1, {
  source,
  reason: text('what was wrong with it'),
  code: text('the error code, BW-2xxx'),
  bytes: int('its size'),
  bodyHash: text('sha256 of the body as received'),
  body: text('the body as received, with known secrets blanked; cut after 16 KiB'),
}, 'A message could not be understood. It may have been an order, so it is kept and told.');

export const signalRefused = defineFact('signal.refused', 1, {
  source,
  key: text('its intent key'),
  content: text('sha256 of its content'),
  code: text('the error code, BW-2xxx or BW-3xxx'),
  reason: text('why nothing was done'),
}, 'A well-formed signal was refused as a whole; no order came of it.');

export const signalCancelled = defineFact('signal.cancelled', 1, {
  source,
  key: text('its intent key'),
  content: text('sha256 of its content'),
  orderIds: list(text(), 'the orders it asked to cancel'),
}, 'A signal asked to cancel what is open.');

export const signalKeyed = defineFact('signal.keyed', 1, {
  source,
  body: text('the key of the body'),
  key: text('the intent key it was given'),
}, 'A source without ids and times sent a body; the same body within the window is the same intent.');

export const messageFacts = [signalQuarantined, signalRefused, signalCancelled, signalKeyed] as const;
