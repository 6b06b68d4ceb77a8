/** Every metric of ours by name. The reference page is written from here. */
import type { MetricSpec } from '../../ports/index.ts';

const counter = (help: string, labels: readonly string[] = []): MetricSpec => ({ kind: 'counter', help, labels });
const gauge = (help: string, labels: readonly string[] = []): MetricSpec => ({ kind: 'gauge', help, labels });
const histogram = (help: string, labels: readonly string[], buckets: readonly number[]): MetricSpec => ({ kind: 'histogram', help, labels, buckets });

const phaseSeconds = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3_600, 86_400];
const flushSeconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

export const catalogue = {
  breakwater_build_info: gauge('Always 1; what runs is in the labels.', ['version', 'node', 'journal_format']),
  breakwater_ready: gauge('1 while every condition of /readyz holds, 0 otherwise.'),
  breakwater_stranded: gauge('1 while there is no journal, and so no order leaves; 0 otherwise.'),
  breakwater_gate_state: gauge('1 for the state the gate is in, 0 for the others.', ['state']),

  breakwater_approvals_waiting: gauge('Proposals held for approval: looser limits, or orders that are to pass a limit.', ['kind']),
  breakwater_control_observed: gauge('1 for each control that only observes and blocks nothing; "all" for every one. Absent where all of them block.', ['control']),
  breakwater_safety_state: gauge('1 for the safety state of the whole, 0 for the others; absent where nothing is watched.', ['state']),
  breakwater_component_state: gauge('1 for the state each component is in; the other states are absent.', ['component', 'state']),
  breakwater_components_failed: gauge('Components that are critical or have failed.'),

  breakwater_signals_total: counter('Deliveries and what each was answered, counted when the answer may leave.', ['source', 'outcome']),
  breakwater_sources_silent: gauge('Sources that should say regularly that they are alive and do not; absent where none should.'),

  breakwater_orders_total: counter('Orders that are final: blocked, rejected, abandoned, or over at the venue (filled, cancelled, expired) and wholly booked. The reason is the code of the control that blocked, the word of the venue that rejected, "partial" where some of an order that was not filled was dealt, and otherwise "none".', ['venue', 'outcome', 'reason']),
  breakwater_orders_live: gauge('Orders that are not final.'),
  breakwater_orders_unknown: gauge('Orders whose outcome is not known. Each counts in full against the limits until there is evidence.'),
  breakwater_orders_doubted_total: counter('How often the outcome of a request for an order was not known.', ['venue']),
  breakwater_order_alarms_total: counter('What should not happen to an order and did, such as a fill after its end.', ['kind']),
  breakwater_order_phase_duration_seconds: histogram('How long orders were in each phase, told when they left it. A phase that a restart interrupted counts the time nobody was there.', ['phase'], phaseSeconds),
  breakwater_fills_total: counter('Executions that were booked.', ['venue']),

  breakwater_venue_connected: gauge('1 while the stream of the venue is open and lets us listen, 0 otherwise.', ['venue']),
  breakwater_venue_suspended: gauge('1 while the venue is suspended because it refused the keys or blocked the account, 0 otherwise.', ['venue']),
  breakwater_venue_dead_man_seconds: gauge('How long until the venue cancels every open order of the account, unless its own dead-man timer is set again; 0 where it is not set, absent where it has none.', ['venue']),
  breakwater_venue_data_age_seconds: gauge('Age of the oldest among the newest prices of its instruments; absent until a price was seen of each.', ['venue']),
  breakwater_venue_unread_total: counter('What a venue said that was thrown away, because it could not be read or was not believed: frames of its stream, and answers to requests. The reason is one of too-large, not-text, not-json, missing, mistyped, unknown-word, unknown-symbol, unknown-kind, out-of-range, unasked (about something else than was asked for), out-of-turn (a frame where none of its kind may come) and unlisted (a refusal in words that no table has).', ['venue', 'from', 'reason']),
  breakwater_prices_untrusted: gauge('Instruments without a price that is trusted: orders in them wait.', ['venue']),
  breakwater_price_source_used: gauge('Instruments of the venue whose price comes from this source.', ['venue', 'source']),
  breakwater_price_source_faulty: gauge('Instruments of the venue of which this source says nothing that may be used.', ['venue', 'source']),
  breakwater_price_changes_total: counter('How often another source came into use for an instrument, or none.', ['venue']),
  breakwater_instruments_quarantined: gauge('Instruments in which nothing new may be done until a person releases them.', ['venue']),
  breakwater_reconcile_mismatches: gauge('Assets in which books and venue differ; absent until they were compared since this start.', ['venue']),
  breakwater_reconcile_age_seconds: gauge('How long ago books and venue were last compared, conclusively; absent until they were since this start.', ['venue']),

  breakwater_risk_level: gauge('How much of the limits is used: 0 normal, 1 elevated, 2 high, 3 extreme. By cause for limits of which half or more is used; without a cause for the highest of them all.', ['cause']),
  breakwater_equity: gauge('What the account is worth, in the currency in the label; absent while it is not known.', ['currency']),
  breakwater_day_result: gauge('What was gained since the day began, lost where it is less than zero; absent while it is not known.', ['currency']),
  breakwater_equity_known: gauge('1 while it is known what the account is worth, 0 otherwise; absent where no currency is configured.'),
  breakwater_breaker_open: gauge('1 while the circuit lets nothing pass or is being tried out, 0 otherwise; of tripped kinds absent until there was a trip.', ['breaker']),
  breakwater_breaker_held: gauge('1 while a person holds the circuit, absent otherwise.', ['breaker', 'as']),
  breakwater_breaker_changes_total: counter('Changes of circuits: opened, probing, closed, commanded, released. The rule is what opened it, none otherwise.', ['breaker', 'change', 'rule']),

  breakwater_net_requests_total: counter('Requests to each base URL of the venues: answered, unknown (they may have arrived), or not sent.', ['base', 'outcome']),
  breakwater_net_opened_total: counter('Connections that were opened to each base URL.', ['base']),
  breakwater_net_connections: gauge('Connections to each base URL, kept or in use.', ['base', 'state']),
  breakwater_net_waiting: gauge('Requests that wait for a connection.'),
  breakwater_net_latency_seconds: gauge('From the first byte of a request to the head of its answer, recent ones weighing most; absent until there was one.', ['base']),
  breakwater_net_errors_ratio: gauge('Share of requests that were not answered, recent ones weighing most; absent until one was made.', ['base']),
  breakwater_net_ejected: gauge('1 while a base URL is not asked because others do better, 0 otherwise.', ['base']),

  breakwater_gateway_places: gauge('Requests that hold a place, by lane: they are on their way to the venue, or wait for what it allows.', ['venue', 'lane']),
  breakwater_gateway_waiting: gauge('Requests that wait, by lane: for a place (place), or with one for what the venue allows (allowance).', ['venue', 'lane', 'for']),
  breakwater_gateway_free: gauge('Requests that the venue still allows in each of its limits, as far as this process knows; what is kept for cancels is in it.', ['venue', 'limit']),
  breakwater_gateway_closed_seconds: gauge('How much longer the venue has limited (429) or banned us; 0 where it has not.', ['venue', 'by']),
  breakwater_gateway_refused_total: counter('Answers of the venue that we ask too much (rate-limit), and bans (ban).', ['venue', 'by']),
  breakwater_gateway_held_back_total: counter('Requests that were not let out, by why: stopped (it was not needed or not allowed any more), rate-limit, banned, full, no-place, store (what is used could not be written down).', ['venue', 'reason']),
  breakwater_gateway_repeated_total: counter('Reads that were asked again.', ['venue']),

  breakwater_journal_entries_total: counter('Entries that are on disk, by type.', ['type']),
  breakwater_journal_fsync_seconds: histogram('From handing entries to the disk until they are flushed, the wait behind an earlier flush included.', [], flushSeconds),
  breakwater_journal_lag_entries: gauge('Entries that were decided and are not on disk yet. At journal.maxLag new risk is refused.'),
  breakwater_journal_durable_seq: gauge('The newest entry that is on disk.'),
  breakwater_journal_segment: gauge('The segment that is open.'),
  breakwater_journal_bytes: gauge('Size of the journal file and of its write-ahead log, without closed segments.'),
  breakwater_log_lines_dropped_total: counter('Lines of the log that nobody took in time.'),
} as const satisfies Readonly<Record<`breakwater_${string}`, MetricSpec>>;

export type MetricName = keyof typeof catalogue;
