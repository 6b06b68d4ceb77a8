/**
 * Every key of the configuration: its form, its default where one is safe, and what it means. The JSON Schema for
 * editors, the reference for people and the types of the program all come from here.
 */
import { z } from 'zod';
import { attributionSchema } from './attribution.ts';
import { breakersSchema } from './breakers.ts';
import { asset, count, duration, money, name, often, principal, quantity, secret, share, symbol, symbolOrDefault, written } from './forms.ts';
import { pricesSchema } from './prices.ts';
import { healthSchema, killSchema } from './watching.ts';
import { orNone, parseDrift, parseDuration, parseListen, parseMoney, parseOften, parsePeer, parseSize, parseTimeOfDay, parseUrl } from './values.ts';

/** As the list of controls names them; a test compares the two. */
export const controlNames = [
  'instrument-rules', 'permission', 'restricted', 'price-age', 'spread', 'price-collar', 'price-drift', 'order-quantity', 'order-value', 'reduce-only', 'position', 'net-value', 'gross-value', 'buying-power', 'self-match',
  'duplicate', 'repeats', 'message-rate', 'daily-loss',
] as const;

const venue = z.strictObject({
  adapter: z.enum(['alpaca']).describe('Which protocol the venue speaks.'),
  money: z.enum(['sim', 'paper', 'live']).describe('Whose money it is: `sim` for a simulated exchange, `paper` for the play money of a venue, `live` for real money.'),
  baseUrl: written(parseUrl(['http', 'https', 'unix']), 'https://paper-api.alpaca.markets').optional()
    .describe("The host for orders. By default Alpaca's own host for `paper` or `live`; `sim` has none and needs it."),
  mirrors: z.array(written(parseUrl(['http', 'https', 'unix']), 'https://api-2.example.com')).default([])
    .describe('Other addresses of the same host for orders: scheme, host and port alone. What is asked of `baseUrl` goes to the one of them all that does best, so each must show the same orders at the same time. Empty: `baseUrl` alone.'),
  dataUrl: written(parseUrl(['http', 'https', 'unix']), 'https://data.alpaca.markets').optional().describe("The host for prices. By default Alpaca's own for its own hosts, otherwise `baseUrl`."),
  streamUrl: written(parseUrl(['ws', 'wss', 'ws+unix']), 'wss://paper-api.alpaca.markets/stream').optional().describe('The stream of order updates. By default `/stream` under `baseUrl`.'),
  keyId: secret().describe('The name of the key, as the venue gave it.'),
  secret: secret().describe('The secret of the key.'),
  account: z.string().min(1).meta({ examples: ['PA3XXXXXXXXX'] }).optional().describe('The account the keys must belong to; another one is refused at start.'),
  instruments: z.array(symbol()).min(1, 'names no instrument').describe('What may be traded here. Nothing else is.'),
  timeouts: z.strictObject({
    submit: duration('5s').prefault('5s').describe('The deadline for sending an order. Passing it makes the order unknown, never refused.'),
    cancel: duration('5s').prefault('5s').describe('The deadline for a cancel.'),
    read: duration('5s').prefault('5s').describe('The deadline for a read.'),
  }).prefault({}).describe('Deadlines of requests. A venue that is silent for 2.8 s in the middle of one is taken for dead before its deadline.'),
  rateLimit: z.strictObject({
    trading: count(20).max(1_000_000, 'is more than 1000000').default(200).describe('At the host for orders. A fifth of it is kept for cancels.'),
    data: count(20).max(1_000_000, 'is more than 1000000').default(200).describe('At the host for prices. Where one address serves both, `trading` holds for all.'),
  }).prefault({}).describe("Requests that the venue allows this account in a minute. The defaults are Alpaca's free plan; a paid one has more. Above it orders wait, and cancels go first: see [venue-calls.md](../concepts/venue-calls.md)."),
  feePpm: z.strictObject({
    maker: count(0).max(100_000, 'is more than 100000').default(1_500).describe('For an order that waits in the book.'),
    taker: count(0).max(100_000, 'is more than 100000').default(2_500).describe('For an order that trades at once.'),
  }).prefault({}).describe("The fee schedule, in millionths of the value: what a fill is booked with until the venue's own fee record comes."),
  extensions: z.array(z.enum(['dead-man-timer', 'cancel-on-disconnect'])).default([]).describe('What this venue has beside the protocol of its adapter. Alpaca has neither, and naming one for it is an error; the exchange of `breakwater exchange --extensions` may have both. `dead-man-timer`: it cancels every open order of the account when we are silent for `deadMan.within`. `cancel-on-disconnect`: and when our stream to it ends.'),
  deadMan: z.strictObject({
    within: duration('60s').prefault('60s').describe("How long the venue waits for a word of ours before it cancels every open order of the account, whoever placed it. It gets one after a quarter of that. Longer or shorter than the venue allows, its own bound holds."),
    onStop: z.enum(['run-out', 'keep']).default('run-out').describe('What becomes of open orders when the runtime is stopped in good order. `run-out`: the venue cancels them, unless the runtime is started again in time. `keep`: the timer is ended first, and cancel on disconnect with it, and they stay.'),
  }).optional().describe('How the dead-man timer of this venue is used, where it has one. See [stopping without the runtime](../operations/independent-stop.md).'),
});

const source = z.strictObject({
  secret: secret().describe('What the sender must present.'),
  secretIn: z.enum(['body', 'path']).default('body').describe('Where it is presented: in the body, under one of the names in the reference of signals, or as the last part of the path.'),
  allowedSources: z.array(written(parsePeer, '52.89.214.238')).default([]).describe('The addresses that may send. Empty: any.'),
  maxAge: duration('60s').optional().describe('How old a signal may be by its own time. Without it `limits.signalMaxAge` holds.'),
  maxBytes: count(1).max(1_048_576, 'is more than 1048576').default(65_536).describe('The largest body that is read.'),
  dialect: z.enum(['auto', 'traderspost', 'ohlc', '3commas', 'okx', 'wundertrading', 'alertatron', 'pineconnector', 'alerts-processor', 'freqtrade', 'text']).default('auto').describe('The form of the body; `auto` tells it by its shape.'),
  template: z.string().min(1, 'is empty').meta({ examples: ['{{strategy.order.action}} {{ticker}} q={{strategy.order.contracts}}'] }).optional().describe('The text of the alert, for the dialect `text`.'),
  bareSell: z.enum(['close', 'sell', 'refuse']).optional().describe('What a `sell` means in a message that does not say which position it leads to: `close` closes at most that quantity, `sell` sells it, `refuse` refuses it. Without this it is refused: the two differ by a short position, and nothing is guessed.'),
  follow: z.enum(['order', 'position']).optional().describe('Where a message names both an order and the position after it: which of the two is carried out. Without this it is what the dialect means.'),
  units: z.enum(['base']).optional().describe('What a quantity counts in the dialects that leave it open or count in money: `base` for units of the base asset. Without this such a quantity is refused.'),
  heartbeat: z.strictObject({
    every: duration('5m').describe('How often the source says that it is alive.'),
    grace: duration('1m').prefault('1m').describe('How much later than that it may be.'),
    word: z.string().regex(/^\S{1,64}$/, 'is not one word of at most 64 characters').default('heartbeat').describe('The word of a sign of life: the whole text, or the text of `field`.'),
    field: z.string().regex(/^\S{1,64}$/, 'is not the name of a field').default('action').describe('The field of a JSON body in which the word stands.'),
  }).optional().describe('A sign of life that the source gives regularly, such as an alert on every bar. Its absence is told as critical: nothing else tells of an alert that was stopped or ran out.'),
  identicalWithin: duration('60s').prefault('60s').describe('For a body with neither id nor time: an identical one within this window is the same wish. TradingView repeats a failed delivery for about 30 seconds.'),
  venue: name('alpaca').describe('The venue its orders go to.'),
  strategy: name('momentum').optional().describe('On whose behalf. By default the name of the source.'),
  attribution: attributionSchema(),
  tickers: z.record(z.string().min(1), symbol()).default({}).describe("From the source's name for a market to an instrument of the venue."),
  sameName: z.boolean().default(false).describe('Whether a ticker equal to an instrument, with or without its "/", needs no entry in `tickers`.'),
});

const token = z.strictObject({
  secret: secret().describe('What the bot presents as `Authorization: Bearer …`.'),
  venue: name('alpaca').describe('The venue its orders go to, unless it names another.'),
  strategy: name('momentum').optional().describe('The one strategy it speaks for. Without it the bot names one with each intent, or its own name counts.'),
  attribution: attributionSchema(),
});

export const rootSchema = z.strictObject({
  $schema: z.string().optional().describe('Where editors find the schema of this file.'),
  version: z.literal(1, 'is not 1, the only version of this file there is').describe('The version of the form of this file: 1.'),
  instance: z.strictObject({
    name: name().describe('What this installation is called in messages and alerts.'),
    environment: name('production').default('development').describe('Chooses the second file of the layers. In `production` a secret written into the main file is an error.'),
    timeZone: z.string().refine(isTimeZone, 'is not a time zone').meta({ examples: ['Europe/Amsterdam'] }).default('UTC').describe('For times that people read, and for the day of `risk.maxDailyLoss`.'),
  }).describe('Who this is.'),
  server: z.strictObject({
    listen: written(parseListen, '127.0.0.1:7340').prefault('127.0.0.1:7340').describe('Address and port of the HTTP server. Port 0 takes a free one.'),
  }).prefault({}).describe('How it is reached.'),
  storage: z.strictObject({
    dir: z.string().min(1, 'is empty').default('data').describe('The data folder, from the working directory. `--data` comes first.'),
    snapshotEvery: count(1).default(5_000).describe('Entries of the journal between two snapshots.'),
    segmentEntries: count(100).default(25_000).describe('After so many entries the journal begins a new segment: a start reads one segment at most.'),
    segmentAge: duration('7d').prefault('7d').describe('A segment that is older is ended too.'),
    horizon: duration('1h').prefault('1h').describe('How long what is done stays in memory when a segment begins. What is older is found again in the index of older keys.'),
    retention: z.strictObject({
      age: duration('1825d').optional().describe('Closed segments whose last entry is older are deleted. Without it none is deleted for its age. Ask how long your law wants records kept before you set it.'),
      size: written(parseSize, '50GB').optional().describe('While closed segments take more than this, the oldest is deleted. Without it none is deleted for its size.'),
    }).prefault({}).describe('How long closed segments are kept. Their digests and the keys of their orders are kept for ever.'),
  }).prefault({}).describe('Where the record is kept.'),
  venues: z.record(name(), venue).describe('The venues, by a name of your choice.'),
  prices: pricesSchema,
  signals: z.strictObject({
    tradingview: z.strictObject({
      sources: z.record(name(), source).default({}).describe('The sources, by the name in their path: `POST /hooks/tradingview/NAME`.'),
    }).prefault({}).describe('Alerts of TradingView.'),
    intents: z.strictObject({
      tokens: z.record(name(), token).default({}).describe('The bots that may post to `/api/v1/intents`, by name.'),
    }).prefault({}).describe('Intents of bots.'),
  }).prefault({}).describe('Who may ask for orders.'),
  limits: z.strictObject({
    maxOrderValue: z.record(symbolOrDefault(), money()).optional().describe('The most one order may be worth, per instrument. In another currency than the quote asset it is converted, by the rates by which the account is valued and no older than `rateMaxAge`. `default` holds for every other instrument.'),
    maxPosition: z.record(symbol(), quantity()).optional().describe('The largest position, per instrument, in its base asset.'),
    priceCollar: z.record(symbolOrDefault(), share()).optional().describe('How far from the reference price an order may be priced, per instrument. `default` holds for every other one.'),
    priceMaxAge: duration('10s').optional().describe('How old the reference price may be.'),
    maxOrderQuantity: z.record(symbolOrDefault(), quantity()).optional().describe('The most one order may buy or sell, per instrument, in its base asset.'),
    maxShort: z.record(symbolOrDefault(), quantity()).optional().describe('The largest short position, per instrument, in its base asset; `"0"` where nothing may be sold that is not held.'),
    maxNetValue: written(orNone(parseMoney), '250000 USD').optional().describe('What all positions may be worth together, over every venue and strategy, those of one asset set off against each other; or `"none"`.'),
    maxGrossValue: written(orNone(parseMoney), '500000 USD').optional().describe('What all positions may be worth together, over every venue and strategy, long and short added up; or `"none"`.'),
    rateMaxAge: duration('60s').optional().describe('How old a rate between two currencies may be, where a limit is not counted in the asset of an order.'),
    buyingPower: z.enum(['reserved', 'none']).optional().describe('`reserved`: an order may spend what is held and not spoken for by what is open. `none`: the venue alone looks.'),
    maxSpread: z.record(symbolOrDefault(), share()).optional().describe('How far bid and ask may lie apart, per instrument, measured by the price between them. A market that is crossed never passes.'),
    priceDrift: z.record(symbolOrDefault(), written(parseDrift, '10% in 5m')).optional().describe('How far an order may be priced from the reference price of some time ago, per instrument, so that no collar is walked along step by step; or `"none"`.'),
    messageRate: z.strictObject({
      strategy: often().optional().describe('Of one strategy.'),
      venue: often('50 in 10s').optional().describe('To one venue.'),
      system: often('100 in 10s').optional().describe('Of all together.'),
    }).optional().describe('How many orders may leave within a time. Cancels are counted, and never refused.'),
    repeats: written(orNone(parseOften), '20 in 10m').optional().describe('How often a strategy may do the same in an instrument, without the opposite in between, before it is stopped until a named person lets it go on; or `"none"`.'),
    duplicateWithin: written(orNone(parseDuration), '2s').optional().describe('For how long the same order of the same strategy under another key is refused, unless it says `allowRepeat`; or `"none"`.'),
    selfMatch: z.enum(['refuse', 'none']).optional().describe('`refuse`: no order leaves that would trade with one of our own. `none`: it may.'),
    permissions: z.record(principal(), z.record(symbolOrDefault(), z.enum(['both', 'buy', 'sell', 'none']))).optional().describe('Who may trade what, and which way: per source, token or strategy, then per instrument; `default` holds for whoever and whatever is not named. Source and strategy must both be allowed to.'),
    restricted: z.array(z.string().regex(/^(?:none|[A-Z0-9]{1,10}(?:\/[A-Z0-9]{1,10})?)$/, 'is neither "none", nor an instrument, nor an asset').meta({ examples: ['LUNA'] })).min(1, 'is empty: write ["none"] where nothing is restricted').optional().describe('Instruments and assets that nobody may trade; `["none"]` where there are none.'),
    observe: z.array(z.enum(['all', ...controlNames])).optional().describe('Controls that judge and record and do not block; `["all"]` for every one. Without this all of them block.'),
    signalMaxAge: duration('60s').optional().describe('How old a signal may be by its own time, where its source says nothing.'),
  }).prefault({}).describe('What no order may pass. A limit that is missing blocks the orders it would have judged; none has a default.'),
  approvals: z.strictObject({
    people: z.array(z.string().trim().min(1, 'is empty').max(64, 'is longer than 64 characters').meta({ examples: ['sam'] })).default([]).describe('Who may approve looser limits. With two names or more it is never the one who asked; with none or one, one person is enough.'),
    within: duration('24h').prefault('24h').describe('How long looser limits wait for approval before they are void.'),
  }).prefault({}).describe('Who lets limits become looser; see [limits](../operations/limits.md).'),
  risk: z.strictObject({
    currency: asset().meta({ examples: ['USD'] }).optional().describe('The asset in which the account is valued. By default that of `maxDailyLoss`, or the quote asset where all instruments have the same.'),
    maxDailyLoss: written(orNone(parseMoney), '1500 USD').optional().describe('The most that may be lost in a day: realised, unrealised, fees and currencies together. When it is reached new risk stops until a person resets the breaker. Missing, it blocks every order as any other limit; that there is none is written: `"none"`.'),
    maxDrawdown: share().optional().describe('How far the account may fall below the best it ever stood, money paid in or out aside. When it is reached new risk stops until a person resets the breaker.'),
    onLossLimit: z.enum(['reduce', 'halt', 'flatten']).default('reduce').describe('What the day\'s loss or the fall does when its limit is reached: `reduce` stops new risk and lets pass what closes a position; `halt` stops everything new and cancels what is open; `flatten` cancels, and closes every position at every venue. Either of the last two once for each trip, over restarts too; only a person resumes. Half a limit while degraded, a streak and a worth that is not known only ever stop new risk.'),
    dayTurnsAt: written(parseTimeOfDay, '00:00').prefault('00:00').describe('When the day turns, in `instance.timeZone`.'),
    priceMaxAge: duration('30s').prefault('30s').describe('The oldest price by which anything is valued. Beyond it the worth of the account is not known.'),
    unvaluedAfter: duration('10s').prefault('10s').describe('How long the worth of the account may be unknown before new risk stops.'),
    streak: z.strictObject({
      losses: count(2).default(3).describe('So many lost round trips in a row pause trading …'),
      share: share().prefault('80%').describe('… and so does this share of the last ten …'),
      least: count(2).max(10, 'is more than 10').default(5).describe('… of which there must be so many.'),
      coolDown: duration('5m').prefault('5m').describe('How long the pause is.'),
    }).prefault({}).describe('The pause after losses. A round trip goes from a flat position to a flat one, in one instrument.'),
    volatility: z.strictObject({
      move: share().prefault('5%').describe('A move of the price that is too large …'),
      within: duration('60s').prefault('60s').describe('… within this time …'),
      factor: count(1).default(6).describe('… if it is also so many times the usual one, once that is known.'),
      coolDown: duration('5m').prefault('5m').describe('How long new risk in the instrument stops.'),
    }).prefault({}).describe('The pause in an instrument whose price moves too fast.'),
  }).prefault({}).describe('Worth and loss of the whole account; see [risk.md](../concepts/risk.md).'),
  reconciliation: z.strictObject({
    every: duration('30s').prefault('30s').describe('How often the books are compared with the venue.'),
    maxAge: duration('5m').prefault('5m').describe('How long ago they may last have been compared, conclusively. Beyond it orders wait.'),
    tolerance: z.record(asset(), quantity()).default({}).describe('The difference, per asset, that is settled by an adjusting entry. What is not named has none: any difference blocks.'),
  }).prefault({}).describe('Books against venue.'),
  breakers: breakersSchema({ duration, share }).prefault({}).describe('Circuit breakers around the venues; see [breakers.md](../concepts/breakers.md).'),
  health: healthSchema(),
  kill: killSchema(),
  journal: z.strictObject({
    maxLag: count(1).max(100_000, 'is more than 100000').default(1_000).describe('Entries decided but not yet on disk. At this bound new intents are refused; cancels and stops are not.'),
    appendTimeout: duration('5s').prefault('5s').describe('How long an append may take before its outcome counts as unknown and the process starts afresh.'),
    emergencyAfter: duration('250ms').prefault('250ms').describe('How long a cancel or a halt waits for the disk. After that it takes effect all the same, is written to the emergency log, and is taken over into the journal later.'),
  }).prefault({}).describe('Bounds of the record.'),
  supervisor: z.strictObject({
    heartbeatTimeout: duration('3s').prefault('3s').describe('A runtime that is silent for longer is killed and started again.'),
    restarts: count(0).default(5).describe('How many restarts are tried …'),
    within: duration('60s').prefault('60s').describe('… within this time, before it gives up and says so.'),
    listen: written(parseListen, '127.0.0.1:7342').optional().describe('Where the page `/stop` is served, by the supervisor itself: it works while the runtime hangs. Without it there is no page; `breakwater stop-all` works all the same. See [stopping without the runtime](../operations/independent-stop.md).'),
    secret: secret().optional().describe('What must be typed into the page. Needed where `listen` is not a loopback address.'),
    hosts: z.array(z.string().regex(/^[a-z0-9.-]{1,253}$/, 'is not a host name in small letters')).default([]).describe('Names under which browsers reach the page, besides its address and `localhost`. Under any other name it is not shown.'),
    deadMan: z.strictObject({
      after: duration('60s').prefault('60s').describe('How long the runtime may prove nothing, dead or alive, before the supervisor acts.'),
      do: z.enum(['cancel', 'flatten', 'nothing']).default('cancel').describe('`cancel`: kill the runtime, cancel our open orders, and start it halted. `flatten`: and close every position. `nothing`: leave orders and positions as they are. The same is done when the supervisor gives the runtime up.'),
    }).prefault({}).describe('What is done when a runtime that was up does not come back in its time.'),
  }).prefault({}).describe('The watcher of the runtime.'),
  metrics: z.strictObject({
    listen: written(parseListen, '127.0.0.1:7341').optional().describe('Where `/metrics` is served besides the control socket. Whoever reaches this address may read it: it has no credential.'),
  }).prefault({}).describe('Figures for Prometheus and what speaks its language; see [metrics.md](metrics.md).'),
  logs: z.strictObject({
    level: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('The least important line that is written.'),
    format: z.enum(['auto', 'json', 'pretty']).default('auto').describe('`json` for machines, `pretty` for people, `auto` for `pretty` on a terminal and `json` elsewhere.'),
  }).prefault({}).describe('What is said while it runs.'),
});

type Checked = z.output<typeof rootSchema>;
type ParsedVenue = Checked['venues'][string];
type ParsedSource = Checked['signals']['tradingview']['sources'][string];
export type VenueConfig = ParsedVenue & { readonly baseUrl: string };
export type SourceConfig = ParsedSource & { readonly strategy: string };
export type TokenConfig = Checked['signals']['intents']['tokens'][string];
export type ParsedConfig = Checked;
/** The configuration in force. Durations are `{ ms }`, percentages `{ ppm }`, money `{ amountText, asset }`. */
export type Config = Omit<Checked, '$schema' | 'venues' | 'signals'> & {
  readonly venues: Readonly<Record<string, VenueConfig>>;
  readonly signals: {
    readonly tradingview: { readonly sources: Readonly<Record<string, SourceConfig>> };
    readonly intents: { readonly tokens: Readonly<Record<string, TokenConfig>> };
  };
};

/** The part of JSON Schema that the schema above needs. */
export type SchemaNode = {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly writeOnly?: boolean;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: SchemaNode | boolean;
  readonly propertyNames?: { readonly pattern?: string };
  readonly items?: SchemaNode;
};

let published: SchemaNode | undefined;
/** The JSON Schema of the file, as `config schema` prints it. */
export function configSchema(): SchemaNode {
  published ??= { $id: 'https://breakwater.dev/schema/v1/config.json', title: 'Breakwater configuration', ...z.toJSONSchema(rootSchema, { io: 'input' }) } as SchemaNode;
  return published;
}

/** The schema of one place; undefined where the schema knows no such place. */
export function schemaAt(path: readonly (string | number)[]): SchemaNode | undefined {
  let node: SchemaNode | undefined = configSchema();
  for (const key of path) node = node === undefined ? undefined : schemaWithin(node, key);
  return node;
}

function schemaWithin(node: SchemaNode, key: string | number): SchemaNode | undefined {
  if (typeof key === 'number') return node.items;
  if (node.properties !== undefined && Object.hasOwn(node.properties, key)) return node.properties[key];
  return typeof node.additionalProperties === 'object' ? node.additionalProperties : undefined;
}

function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
