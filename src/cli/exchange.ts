/** `breakwater exchange`: the invented exchange on its own, behind a venue's protocol, with faults on command. */
import { join } from 'node:path';
import { reasonOf } from '../base/index.ts';
import { alpacaClassifier, alpacaDialect } from '../dialects/alpaca/index.ts';
import { withControl } from '../dialects/control.ts';
import { parseFaultPlan, PriceFaults, withFaults } from '../dialects/faults/index.ts';
import { Refusals } from '../dialects/refusals.ts';
import { readConfigFile } from '../edges/config/index.ts';
import { realClock, realIds } from '../edges/clock/index.ts';
import { openLineLog, openRecording } from '../edges/files/index.ts';
import { realNet } from '../edges/net/index.ts';
import { folderAt, onEndSignal, onStarterGone, temporaryFolder } from '../edges/process/index.ts';
import { createExchange, defaultPrices } from '../exchange/index.ts';
import type { Exchange, PriceSource, ProtectionOptions } from '../exchange/index.ts';
import type { Net, NetApp, OrderIdClass, Served, ServedAnswer } from '../ports/index.ts';
import { jsonLine } from './answer.ts';
import { durationMs, wholeNumber } from './cli.ts';
import type { Cli, Common } from './cli.ts';
import { EXIT } from './exit.ts';
import { UsageError } from './failure.ts';

type Options = Common & {
  readonly dialect: string; readonly port: string; readonly seed: string; readonly replay?: string; readonly symbol?: string; readonly speed: string;
  readonly faults?: string; readonly data?: string; readonly idClass?: string; readonly extensions?: string; readonly feePeriod: string; readonly tick: string; readonly endsWithStarter?: true;
};

const LONGEST_SOCKET_PATH = 107; // bytes that the kernel's address holds
const extensions: readonly string[] = ['dead-man-timer', 'cancel-on-disconnect'];
const TIMER_BOUNDS = { shortestMs: 1_000, longestMs: 86_400_000 };
const idClasses: readonly OrderIdClass[] = ['returns-original', 'unique-forever', 'unique-while-live', 'not-enforced', 'none'];

export async function exchange(cli: Cli, options: Options): Promise<number> {
  const { terminal } = cli;
  if (options.dialect !== 'alpaca') throw new UsageError(`--dialect is "${options.dialect}"; there is alpaca.`);
  const clock = realClock();
  const port = wholeNumber('--port', options.port);
  const seed = wholeNumber('--seed', options.seed);
  const idClass = idClassOf(options.idClass);
  const speed = speedOf(options.speed);
  const plan = options.faults === undefined ? undefined : parseFaultPlan(jsonOf(options.faults));
  const folder = options.data === undefined ? temporaryFolder('breakwater-exchange') : folderAt(options.data);
  const net = realNet({ clock });
  const held = await hold(net, join(folder, 'exchange.sock'));
  const log = await openLineLog(join(folder, 'exchange.log'));
  const invented = await createExchange({
    clock, seed, log, price: await pricesOf(options),
    fees: { periodMs: durationMs('--fee-period', options.feePeriod) },
    ...(idClass === undefined ? {} : { idClass }), protections: protectionsOf(options.extensions),
  });
  const refusals = new Refusals();
  const prices = new PriceFaults(clock);
  const dialect = alpacaDialect({ desk: prices.over(invented), clock, ids: realIds(), refused: (entrance, reason) => refusals.count(entrance, reason) });
  const faulty = withFaults(dialect, { clock, classify: alpacaClassifier, prices, ...(plan === undefined ? {} : { plan }) });
  const { oracle } = invented;
  const app = stepping(invented, withControl(faulty, {
    ...oracle, setIdClass: (next) => invented.setIdClass(next), blockAccount: (accountId, reason) => invented.blockAccount(accountId, reason),
  }, refusals));
  const served = await net.serve({ host: '127.0.0.1', port }, app);
  invented.start(options.replay === undefined || speed === 'step' ? undefined : { speed });
  const ended = new Promise<void>((resolve) => { // heard before anybody can know that it listens
    onEndSignal(() => resolve());
    if (options.endsWithStarter === true) onStarterGone(resolve);
  });
  terminal.out(options.json === true ? jsonLine({ listening: served.url }) : `exchange (${options.dialect}) at ${served.url}, its log in ${folder}`);
  if (options.replay !== undefined && speed !== 'step') {
    void invented.ended.then(() => terminal.note('the recording has ended'));
  }
  await ended;
  await served.close();
  await invented.stop();
  await log.close();
  await held?.close();
  return EXIT.ok;
}

/** One exchange per folder: whoever answers at this socket holds it, and nobody who is dead does. */
async function hold(net: Net, path: string): Promise<Served | undefined> {
  if (new TextEncoder().encode(path).length > LONGEST_SOCKET_PATH) return undefined;
  return net.serve({ path }, { request: () => Promise.resolve(json({ held: true })) });
}

/** `POST /_exchange/step?count=N` plays N steps of the recording; `done` says that there are no more. */
function stepping(exchange: Exchange, app: NetApp): NetApp {
  const stepped: NetApp = {
    async request(request) {
      if (request.path !== '/_exchange/step' || request.method !== 'POST') return app.request(request);
      const count = Math.min(1_000, Math.max(1, Number(request.query.get('count') ?? '1') || 1));
      const steps = [];
      for (let played = 0; played < count; played += 1) {
        const step = await exchange.step();
        if (step === undefined) return json({ steps, done: true });
        steps.push(step);
      }
      return json({ steps, done: false });
    },
  };
  if (app.socket !== undefined) stepped.socket = app.socket.bind(app);
  return stepped;
}

const json = (body: unknown): ServedAnswer => ({ kind: 'answer', status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

async function pricesOf({ replay, symbol, tick }: Options): Promise<Readonly<Record<string, PriceSource>>> {
  const tickMs = durationMs('--tick', tick);
  const walks = Object.fromEntries(Object.entries(defaultPrices).map(([name, price]) => [name, price.kind === 'walk' ? { ...price, tickMs } : price]));
  if (replay === undefined) return walks;
  return { ...walks, [symbol ?? symbolOf(replay)]: await openRecording(replay) };
}

/** "btcusdc-1m-….csv.gz" is a recording of BTC/USDC. */
export function symbolOf(file: string): string {
  const [, base, quote] = /(?:^|\/)([a-z]{2,5}?)(usdc|usdt|usd)[^/]*$/i.exec(file) ?? [];
  if (base === undefined || quote === undefined) throw new UsageError(`The name ${file} does not tell what the recording is of. Say so with --symbol BTC/USD.`);
  return `${base}/${quote}`.toUpperCase();
}

function idClassOf(text: string | undefined): OrderIdClass | undefined {
  const found = idClasses.find((known) => known === text);
  if (text !== undefined && found === undefined) throw new UsageError(`--id-class is "${text}"; there are ${idClasses.join(', ')}.`);
  return found;
}

function protectionsOf(text: string | undefined): ProtectionOptions {
  const words = text?.split(',').map((word) => word.trim()) ?? [];
  const unknown = words.find((word) => !extensions.includes(word));
  if (unknown !== undefined) throw new UsageError(`--extensions names "${unknown}"; there are ${extensions.join(', ')}.`);
  return { cancelOnDisconnect: words.includes('cancel-on-disconnect'), ...(words.includes('dead-man-timer') ? { deadManTimer: TIMER_BOUNDS } : {}) };
}

export function speedOf(text: string): number | 'max' | 'step' {
  if (text === 'max' || text === 'step') return text;
  const speed = Number(text);
  if (!(speed > 0 && Number.isFinite(speed))) throw new UsageError(`--speed is "${text}": give a multiple of real time such as 1 or 60, or "max".`);
  return speed;
}

function jsonOf(path: string): unknown {
  const text = readConfigFile(path);
  if (text === undefined) throw new UsageError(`There is no file ${path}.`);
  try {
    return JSON.parse(text);
  } catch (thrown) {
    throw new UsageError(`${path} is not JSON: ${reasonOf(thrown)}.`);
  }
}
