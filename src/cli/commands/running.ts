/** Commands that run until they are told to stop, or to their end. */
import { EXIT } from '../exit.ts';
import type { CommandSpec, OptionSpec } from '../spec.ts';

const endsWithStarter: OptionSpec = { flags: '--ends-with-starter', says: 'end when standard input does', hidden: true };
const logged: readonly OptionSpec[] = [
  { flags: '--log-level <level>', says: 'in place of `logs.level`', choices: ['debug', 'info', 'warn', 'error'] },
  { flags: '--log-format <format>', says: 'in place of `logs.format`: `json`, or `pretty` for people; see [log.md](log.md)', choices: ['json', 'pretty'] },
];
const idClasses = ['returns-original', 'unique-forever', 'unique-while-live', 'not-enforced', 'none'];

export const running: readonly CommandSpec[] = [
  {
    name: 'demo', chapter: 'Running', answers: 'lines',
    summary: 'The whole system on this machine, against an invented exchange.',
    details: `Everything at once: \`exchange\`, \`start\` and a sample bot that posts TradingView alerts. Each order is one line when it is final, and every few seconds the books are compared with the
exchange's own record. Starting again on the same data goes on where it was. In the end the bot stops, faults end, what is open is cancelled, and the run is judged: exit 0 when every order is final
with evidence, none is duplicated or lost, and the books equal the exchange's to the last unit; ${EXIT.unproven} otherwise.

With \`--json\`: lines with \`event\` \`ready\`, \`order\`, \`notice\` or \`books\`, and last one document with \`orders\`, \`fills\`, \`unknown\`, \`live\`, \`duplicates\`, \`booksAgree\`, \`blocked\`, \`rejected\`,
\`abandoned\`, \`doubted\` (orders that were unknown for a while), \`intakes\` (signals answered 2xx), \`sentAgain\`, \`unanswered\`, \`refused\`, \`lost\`, \`uncalled\` (orders at the exchange that nobody asked
for), \`exchangeOrders\`, \`faults\`, \`books\`, \`journalHead\`, \`journalSeq\`, \`boots\`.`,
    examples: ['breakwater demo --data ./data', 'breakwater demo --data ./data --for 30s --json', 'breakwater demo --data ./replay --replay btcusdc-1m.csv.gz --speed max --faults faults.json'],
    options: [
      { flags: '--data <dir>', says: 'where everything is kept', default: 'data', values: 'folders' },
      { flags: '--config <file>', says: 'in place of the shipped configuration; its first venue and source are used', values: 'files' },
      { flags: '--for <duration>', says: 'end after this' },
      { flags: '--replay <file>', says: 'trade on recorded candles or trades ([recorded.md](recorded.md)); the end of the recording ends the run', values: 'files' },
      { flags: '--speed <n>', says: 'of the recording: a multiple of real time, or `max`: as fast as bot and runtime follow', default: '60' },
      { flags: '--faults <file>', says: 'a fault plan for the exchange ([faults.md](faults.md)); counts are printed in the end', values: 'files' },
      { flags: '--port <number>', says: 'where signals are taken, on 127.0.0.1; 0 takes a free one', default: '0' },
      { flags: '--seed <number>', says: 'of the exchange', default: '7' },
      { flags: '--settle <duration>', says: 'how long the end may take', default: '180s', hidden: true },
    ],
    exits: ['config', 'refused', 'unproven', 'interrupted', 'terminated'],
    shape: () => import('../shapes/running.ts').then(({ demoLine }) => demoLine),
    run: () => import('../demo/index.ts').then(({ demo }) => demo),
  },
  {
    name: 'start', chapter: 'Running', answers: 'lines',
    summary: 'Runs the runtime, supervised: it is watched, and started again when it dies or hangs.',
    details: `It starts the runtime as its child, in a process group of its own, and watches its heartbeat: a runtime that is silent for \`supervisor.heartbeatTimeout\` is killed, and the next one
starts only once the last one was reaped. After a crash it is started again, at first after 100 ms and then after up to 5 s; after \`supervisor.restarts\` restarts within \`supervisor.within\` it gives up
(exit ${EXIT.error}). A runtime that ends with 2, 3, 7 or 8 is not started again. If the supervisor dies, the runtime ends itself at once.
A data folder that another process holds is refused, with the pid of the holder (exit ${EXIT.refused}, \`BW-7101\`); nothing is disturbed.

With \`--json\` one line is printed when it is ready: \`{ "listening", "controlSocket" }\`. Without a journal (a full disk, a damaged file) the line carries \`stranded: { code, message }\`: no order leaves,
signals are answered 500, \`status\`, \`halt\` and \`order ID --cancel\` work, and where that can help the journal is tried again every five seconds. A halt taken meanwhile is in force,
and is written to the emergency log (\`emergency/runtime.log\` in the data folder), which has its room on the disk already: the start that finds a working journal takes it over before anything else.
Where even that cannot be written the answer says \`"remembered": false\`.

SIGTERM and Ctrl-C stop it in good order within 10 s; the gate stays as it is.`,
    examples: [
      'breakwater start --config breakwater.json --data ./data',
      'breakwater start --config breakwater.json --data ./data --env production --json',
      'breakwater start --config breakwater.json --data ./data --trust-clock     # once, after the machine stood still for days',
    ],
    options: [
      { flags: '--config <file>', says: 'the configuration, see [configuration.md](configuration.md)', needed: true, values: 'files' },
      { flags: '--data <dir>', says: 'the data folder; by default `storage.dir` of the configuration', values: 'folders' },
      { flags: '--env <name>', says: 'the environment: chooses the second file of the layers' },
      { flags: '--trust-clock', says: 'believe a clock that is more than a day ahead of the last entry' },
      { flags: '--listen <address>', says: 'in place of `server.listen`' },
      { flags: '--venue-url <name=url...>', says: 'in place of the `baseUrl` of a venue; may be given several times' },
      ...logged,
      endsWithStarter,
    ],
    exits: ['config', 'refused', 'auth', 'interrupted', 'terminated'],
    shape: () => import('../shapes/running.ts').then(({ startLine }) => startLine),
    run: () => import('../start.ts').then(({ start }) => start),
  },
  {
    name: 'exchange', chapter: 'Running', answers: 'lines',
    summary: "An invented exchange on loopback that speaks a venue's protocol.",
    details: 'On 127.0.0.1 alone: [exchange.md](exchange.md). With `--json` its first line is `{ "listening" }`.',
    examples: [
      'breakwater exchange --dialect alpaca --port 0 --seed 7 --json',
      'breakwater exchange --port 7350 --data ./exchange --replay btcusdc-1m.csv.gz --speed 60',
      'breakwater exchange --faults faults.json --id-class unique-while-live',
    ],
    options: [
      { flags: '--dialect <name>', says: 'whose protocol it speaks: `alpaca`', default: 'alpaca', values: ['alpaca'] },
      { flags: '--port <number>', says: 'of 127.0.0.1; 0 takes a free one', default: '0' },
      { flags: '--seed <number>', says: 'of prices, ids and the house', default: '7' },
      { flags: '--replay <file>', says: 'candles or trades as CSV or CSV.gz, in place of an invented price', values: 'files' },
      { flags: '--symbol <symbol>', says: 'what the recording is of; by default told by the name of the file (`btcusdc-…` is BTC/USDC)' },
      { flags: '--speed <n>', says: 'how fast a recording plays: a multiple of real time, `max`, or `step` (`POST /_exchange/step` plays on)', default: '1' },
      { flags: '--faults <file>', says: 'a fault plan ([faults.md](faults.md))', values: 'files' },
      { flags: '--data <dir>', says: 'where its log is kept; by default a temporary folder. Started again on the same folder it goes on where it was', values: 'folders' },
      { flags: '--id-class <class>', says: `what a client order id is worth: ${idClasses.map((name) => `\`${name}\``).join(', ')}`, values: idClasses },
      { flags: '--extensions <names>', says: 'what it has beside the protocol, for accounts that fall silent: `dead-man-timer`, `cancel-on-disconnect`, or both with a comma between them' },
      { flags: '--fee-period <duration>', says: 'how often fees are told', default: '60s' },
      { flags: '--tick <duration>', says: 'how often an invented price moves', default: '1s' },
      endsWithStarter,
    ],
    exits: ['interrupted', 'terminated'],
    shape: () => import('../shapes/running.ts').then(({ exchangeLine }) => exchangeLine),
    run: () => import('../exchange.ts').then(({ exchange }) => exchange),
  },
  {
    name: 'sim', chapter: 'Running', answers: 'document',
    summary: 'Runs the real runtime in a simulated world, seed by seed, where everything fails.',
    details: `\`--seeds N\` runs from \`--from S\`, or one run by \`--seed S\`, which also gives its \`journalHash\`. A seed that fails names itself, and what of all that went wrong it needs.`,
    examples: ['breakwater sim --seeds 200 --from 1', 'breakwater sim --seed 4711 --json     # one run; the same seed gives the same journalHash', 'breakwater sim --seeds 2000 --from 1 --json'],
    options: [
      { flags: '--seed <n>', says: 'one run' },
      { flags: '--seeds <n>', says: 'how many runs', default: '50' },
      { flags: '--from <n>', says: 'the first seed', default: '1' },
      { flags: '--keep-going', says: 'go on after a run that failed' },
    ],
    exits: ['crashed', 'stuck', 'broken'],
    shape: () => import('../shapes/running.ts').then(({ sim }) => sim),
    run: () => import('../sim.ts').then(({ sim }) => sim),
  },
  {
    name: 'runtime', chapter: 'Running', answers: 'lines', hidden: true,
    summary: 'One life of the runtime, without a supervisor. `start` starts it.',
    examples: ['breakwater start --config breakwater.json --data ./data     # what you want instead'],
    options: [
      { flags: '--config <file>', says: 'the configuration', needed: true },
      { flags: '--data <dir>', says: 'the data folder', needed: true },
      { flags: '--env <name>', says: 'the environment' },
      { flags: '--trust-clock', says: 'believe the clock' },
      { flags: '--listen <address>', says: 'in place of `server.listen`' },
      { flags: '--venue-url <name=url...>', says: 'in place of the `baseUrl` of a venue' },
      ...logged,
    ],
    exits: ['config', 'refused'],
    shape: () => import('../shapes/running.ts').then(({ startLine }) => startLine),
    run: () => import('../life/index.ts').then(({ runtime }) => runtime),
  },
];
