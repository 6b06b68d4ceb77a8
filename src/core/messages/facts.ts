/** What became of signals that gave no order, as entries of the journal. */
import { defineFact, described, flag, int, list, oneOf, optional, text, units } from '../../journal/index.ts';

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

export const signalSized = defineFact('signal.sized', 1, {
  source,
  key: text('its intent key'),
  content: text('sha256 of its content'),
  venue: text('the venue, as configured'),
  symbol: text('the instrument'),
  targetUnits: units('the position to be held, in units of the base asset'),
  heldUnits: units('what was surely held'),
  openBuyUnits: units('what might still be bought by orders that were open or unknown'),
  openSellUnits: units('what might still be sold by them'),
  outcome: described(oneOf('order', 'met'), 'an order for the difference follows, or there was nothing that could be traded'),
}, 'A signal named a position, and it was compared with what is held and what is open.');

export const signalSilent = defineFact('signal.silent', 1, {
  source,
  everyMs: int('how often it says that it is alive'),
  graceMs: int('how much later it may be'),
  lastHeardMs: optional(int('wall clock of its last sign of life in this process life; absent where there was none')),
  cutOff: flag('it had triggered fifteen times within three minutes before it fell silent: TradingView stops such an alert'),
}, 'A source that should say regularly that it is alive did not.');

export const signalHeard = defineFact('signal.heard', 1, { source, silentMs: int('since its silence was noted') }, 'A source that was silent said again that it is alive.');

export const messageFacts = [signalQuarantined, signalRefused, signalCancelled, signalKeyed, signalSized, signalSilent, signalHeard] as const;
