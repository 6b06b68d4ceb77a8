/**
 * The catalogue of controls, in our words: where each is, and which planted bugs (test/mutants) take it out.
 *
 *   G1. What is not there is called a gap, with what there is instead. What is there in part says what is not in it.
 */
export type Control = {
  readonly id: string;
  readonly name: string;
  readonly codes?: readonly string[];
  readonly where?: readonly string[];
  readonly keys?: readonly string[];
  readonly bugs?: readonly string[];
  readonly missing?: string;
  readonly gap?: string;
};

const rule = (name: string): string => `src/core/limits/rules/${name}.ts`;

export const catalogue: readonly Control[] = [
  { id: 'C1', name: 'Price collar: no order far from the reference price, nor from that of some minutes ago', codes: ['BW-3012', 'BW-3015'], where: [rule('price-collar'), rule('price-drift')], keys: ['limits.priceCollar', 'limits.priceDrift'], bugs: ['without-price-collar', 'without-price-drift'] },
  { id: 'C2', name: 'The most one order may be worth, in the currency of the limit', codes: ['BW-3020', 'BW-3002'], where: [rule('order-value')], keys: ['limits.maxOrderValue', 'limits.rateMaxAge'], bugs: ['without-order-value'] },
  { id: 'C3', name: 'The most one order may buy or sell', codes: ['BW-3022'], where: [rule('order-quantity')], keys: ['limits.maxOrderQuantity'], bugs: ['without-order-quantity'] },
  { id: 'C4', name: 'How many messages may leave within a time; a cancel always may', codes: ['BW-3030'], where: [rule('message-rate')], keys: ['limits.messageRate'], bugs: ['without-message-rate'] },
  { id: 'C5', name: 'What is sent counts at once, before anybody answers', codes: ['BW-3021', 'BW-3026'], where: ['src/core/safety/admission.ts', 'src/core/orders/view.ts'], bugs: ['sent-counts-nothing', 'unknown-counts-nothing'] },
  { id: 'C6', name: 'A strategy that does the same over and over is stopped until a person lets it go on', codes: ['BW-3031', 'BW-3032'], where: [rule('repeats')], keys: ['limits.repeats'], bugs: ['without-repeats'] },
  {
    id: 'C7', name: 'Position, long and short; all positions together, net and gross; what may be spent', codes: ['BW-3021', 'BW-3023', 'BW-3024', 'BW-3025', 'BW-3026'], where: [rule('position'), rule('net-value'), rule('gross-value'), rule('buying-power'), 'src/core/safety/totals.ts'],
    keys: ['limits.maxPosition', 'limits.maxShort', 'limits.maxNetValue', 'limits.maxGrossValue', 'limits.buyingPower'], bugs: ['without-position', 'without-net-value', 'without-gross-value', 'without-buying-power', 'aged-rate-kept', 'price-change-missed', 'degraded-takes-whole-limits'],
  },
  { id: 'C8', name: 'Who may trade what, and what nobody may', codes: ['BW-3040', 'BW-3041'], where: [rule('permission'), rule('restricted')], keys: ['limits.permissions', 'limits.restricted'], bugs: ['without-permission', 'without-restricted'] },
  {
    id: 'C9', name: 'A limit is passed by an exception alone: for one order or for a time, asked for by one person and let pass by another, on record', where: ['src/core/limits/overriding.ts', 'src/core/limits/offering.ts', 'src/core/agreement.ts'], keys: ['approvals.people', 'approvals.within'],
    bugs: ['asker-grants-override', 'override-used-twice', 'override-opens-what-is-missing', 'loosened-at-once'],
    missing: 'proof that a name is that of the person who says it',
  },
  {
    id: 'C10', name: 'A changed order is judged like a new one', codes: ['BW-3003', 'BW-3008', 'BW-3009'], where: ['src/core/safety/amending.ts', 'src/core/safety/succession.ts', 'src/core/safety/replacing.ts', rule('instrument-rules')],
    bugs: ['amend-unjudged', 'successor-before-the-end', 'amend-forgotten-at-boot', 'replacement-unchecked', 'amended-past-the-controls', 'without-instrument-rules'],
  },
  { id: 'C11', name: 'A limit that is missing blocks', codes: ['BW-3001'], where: ['src/core/limits/words.ts'], keys: ['limits'], bugs: ['unset-limit-is-none', 'override-opens-what-is-missing'] },
  { id: 'C12', name: 'The same wish gives one order: by its key for ever, by its content for a while', codes: ['BW-3043', 'BW-2011'], where: ['src/core/safety/intake.ts', rule('duplicate')], keys: ['limits.duplicateWithin'], bugs: ['without-duplicate', 'keys-forgotten-at-boot'] },
  { id: 'C13', name: 'Nobody trades with himself', codes: ['BW-3042'], where: [rule('self-match'), 'src/core/orders/resting.ts'], keys: ['limits.selfMatch'], bugs: ['without-self-match'] },
  { id: 'C14', name: 'No order by a price that is missing, old, crossed or too wide', codes: ['BW-3010', 'BW-3011', 'BW-3013', 'BW-3014'], where: [rule('price-age'), rule('spread'), 'src/core/feeds/feeds.ts'], keys: ['limits.priceMaxAge', 'limits.maxSpread', 'prices'], bugs: ['without-price-age', 'without-spread', 'old-price-accepted'] },
  { id: 'C15', name: 'Everything is cancelled at every venue at once, those of others too, and the venue shows it', codes: ['BW-3110'], where: ['src/core/safety/moves.ts', 'src/runtime/stopper.ts'], bugs: ['kill-skips-others-orders', 'kill-joins-what-covers-less', 'kill-believed-on-first-look'] },
  { id: 'C16', name: 'Each order belongs to a source, a strategy, a trader, a desk and a client; one that is not ours, to nobody here', codes: ['BW-2023'], where: ['src/core/orders/owner.ts', 'src/core/messages/attribution.ts', 'src/door/listing.ts'], keys: ['signals'], bugs: ['attribution-lost', 'alert-without-its-client', 'strangers-order-without-owner', 'named-without-leave', 'amend-loses-its-owner', 'amended-in-anothers-name'] },
  { id: 'C17', name: 'A stop blocks what is new, lets pass what reduces, and is not undone by whoever trades', codes: ['BW-3100', 'BW-3120', 'BW-3044'], where: ['src/core/safety/ladder.ts', rule('reduce-only'), 'src/core/safety/reducing.ts'], bugs: ['without-reduce-only', 'start-un-kills', 'gate-forgotten-at-boot', 'gate-not-asked-before-the-socket', 'critical-trades-on'] },
  { id: 'C18', name: 'A policy of stops, drilled', gap: 'stops are drilled by tests; nothing reminds anybody of a drill, and none of its age is known' },
  { id: 'C19', name: 'Whoever falls silent leaves nothing open: the venue cancels by its timer or when the stream ends, where it can, and the supervisor where it cannot', where: ['src/runtime/dead-man/timer.ts', 'src/supervisor/independent/index.ts'], keys: ['venues', 'supervisor.deadMan'], codes: ['BW-3123'], bugs: ['timer-set-once', 'timer-late-request-forgotten', 'timer-given-up', 'timer-refused-is-set', 'timer-not-waited-for', 'timer-outlives-a-boot'] },
  { id: 'C20', name: 'The trader and an independent risk function watch the same', gap: 'there are no roles: whoever may open the control socket sees everything' },
  { id: 'C21', name: 'An alert within five seconds', gap: 'what happens is in the journal, the log and the metrics; nobody is called' },
  { id: 'C22', name: 'Heeds a halt of the venue', gap: 'a venue that refuses orders opens a circuit; its announcements are not read' },
  { id: 'C23', name: 'A limit that an execution passes stops new risk within five seconds', codes: ['BW-3104'], where: ['src/core/valuation/watch.ts', 'src/runtime/risk/sensor.ts'], keys: ['risk', 'limits.maxPosition'], bugs: ['limit-only-watched'] },
  { id: 'C24', name: 'The books are compared with the venue; a difference blocks and is told', codes: ['BW-3103'], where: ['src/core/ledger/reconciliation.ts', 'src/runtime/reconciler.ts'], keys: ['reconciliation'], bugs: ['compared-while-moving', 'adjusted-without-tolerance'] },
  { id: 'C25', name: 'Exposure as it stands in this turn, with all that is unknown in its worst case', where: ['src/core/orders/order.ts', 'src/core/safety/exposure.ts', 'src/core/safety/spans.ts'], bugs: ['unknown-counts-nothing', 'price-change-missed'] },
  { id: 'C26', name: 'The use of each limit in levels, each crossing told once in each direction', where: ['src/core/valuation/level.ts'], keys: ['risk'], bugs: ['level-told-again'] },
  { id: 'C27', name: 'Loss of the day and fall from the best, by everything that costs; closes everything by itself where it is told to', codes: ['BW-3104'], where: ['src/core/valuation/watch.ts', 'src/core/safety/loss-limit.ts'], keys: ['risk.maxDailyLoss', 'risk.maxDrawdown', 'risk.onLossLimit'], bugs: ['fees-are-no-loss', 'worth-missing-is-nothing', 'streak-reset-by-restart', 'day-of-24-hours', 'limit-only-watched', 'without-daily-loss', 'close-out-on-one-bad-price', 'close-out-lost-by-restart', 'close-out-again-after-restart', 'close-out-while-observing'] },
  { id: 'C28', name: 'A way to cancel everything that needs no runtime', where: ['src/supervisor/independent/index.ts'], keys: ['supervisor.listen'], bugs: ['venue-touched-before-the-reap', 'one-clean-sweep-believed'] },
  { id: 'C29', name: 'A second record of executions, compared', gap: 'one source of fills per venue, and the balances beside it' },
  { id: 'C30', name: 'A connection that has died is noticed', where: ['src/edges/net/pool/index.ts', 'src/core/health/watch.ts'], bugs: ['stall-unnoticed', 'component-timeout-ignored'] },
  { id: 'C31', name: 'Who approved which limit, and when', where: ['src/core/limits/change-facts.ts'], keys: ['approvals.people'], bugs: ['loosened-at-once'], missing: 'a methodology of testing and approving strategies' },
  { id: 'C32', name: 'Conformance of an adapter, tested and pinned', gap: 'adapters pass a contract suite; no running adapter is held to a certificate' },
  { id: 'C33', name: 'Tests and trading do not mix', gap: 'each venue says whose money it trades, and every answer shows it; nothing refuses the keys of one at the other' },
  { id: 'C34', name: 'A new strategy begins with small limits', gap: 'limits are per instrument and for all together; a strategy has a rate and permissions of its own, and no amounts' },
  { id: 'C35', name: 'A yearly assessment from evidence', gap: 'this page is a beginning of it' },
  { id: 'C36', name: 'Twice the busiest hour of six months', gap: 'what is measured is in measurements.md; no history is played at twice its speed' },
  { id: 'C37', name: 'Surveillance of what was traded', gap: 'the journal can be read and replayed; nothing looks for patterns' },
  { id: 'C38', name: 'Identity, access and incidents', gap: 'tokens for whoever sends; operators are whoever may open the socket' },
  { id: 'C39', name: 'Penetration tests and scans', gap: 'none' },
  { id: 'C40', name: 'Records for five years', gap: 'everything is in a chain that can be verified, backed up and restored; how long closed segments are kept is configured, and nothing holds it at five years' },
  { id: 'C41', name: 'A clock that is right', gap: 'journal time never goes back and a jump of a day stops a start; no deviation is measured' },
  { id: 'C42', name: 'Whoever trades does not set his own limits, by his role and by the rights of this machine', codes: ['BW-1213'], where: ['src/door/public.ts', 'src/door/control.ts', 'src/cli/rights.ts'], bugs: ['limits-from-outside', 'loosened-at-once', 'rights-not-looked-at', 'rights-lost-by-reload'] },
  { id: 'C43', name: 'Every execution to surveillance at once', gap: 'executions are in the journal; there is no stream of them to others' },
  { id: 'C44', name: 'What to do about an error trade', gap: 'stopping is written down; whom to call at a venue is not' },
  { id: 'C45', name: 'Only the approved build and configuration trade', gap: 'both are in the journal and shown; nothing compares two machines' },
  { id: 'C46', name: 'No flag with two meanings, no path that nobody uses', gap: 'a key that is not known is an error in every message and in the configuration; there is no registry of what was retired' },
  { id: 'C47', name: 'What is executed for a wish is never more than was wished for', where: ['src/core/orders/evidence.ts', 'src/core/ledger/booking.ts', 'src/core/orders/amends.ts', 'src/core/safety/succession.ts'], bugs: ['resend-on-timeout', 'fill-booked-twice', 'successor-before-the-end', 'successor-for-the-whole', 'late-fill-of-a-wish-forgotten'] },
  { id: 'C48', name: 'A warning has an owner and climbs', gap: 'there are no alerts yet' },
  { id: 'C49', name: 'A limit acts without a person', codes: ['BW-3104'], where: ['src/runtime/risk/sensor.ts'], keys: ['risk'], bugs: ['limit-only-watched'] },
  { id: 'C50', name: 'Going back is a change like any other', gap: 'a release reads what the one before wrote; nothing approves a version' },
  { id: 'C51', name: 'No pass in bulk: leave for one thing is leave for that alone', where: ['src/core/limits/controls.ts'], bugs: ['allowed-in-bulk'] },
  { id: 'C52', name: 'A limit that is widened in an incident needs two people and ends by itself', where: ['src/core/limits/offering.ts'], keys: ['approvals.people', 'approvals.within'], bugs: ['asker-approves', 'rejected-still-held', 'loosening-without-an-end', 'passed-for-a-time-stays-unseen', 'restart-loosens'], missing: 'proof that a name is that of the person who says it' },
  { id: 'C53', name: 'A cancel is not believed: what may still be there is said, and closed', codes: ['BW-3110'], where: ['src/runtime/stopper.ts', 'src/core/orders/evidence.ts'], bugs: ['cancel-timeout-is-cancelled', 'kill-believed-on-first-look'] },
];
