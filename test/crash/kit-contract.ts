/**
 * How each command of the table is tried against a system that runs. The table says what must hold; this says with what words.
 * A command without an entry here is named by src/cli/contract.test.ts.
 */
import type { ExitName } from '../../src/cli/exit.ts';

/** What the words may speak of. */
export type Scene = {
  readonly folder: string; // a temporary one
  readonly config: string;
  readonly data: string;
  readonly port: string; // where its signals are taken
  readonly empty: string; // a data folder in which nothing is
  readonly wrong: string; // a configuration that cannot be used
  readonly resting: string; // an order that waits in the book
  readonly filled: string;
  waiting: string; // what is held for approval, once something is
};

export type Try = {
  readonly why: string;
  readonly words: (scene: Scene) => readonly string[]; // after the command's name, without --json
  readonly exit: ExitName;
  /** Of a command that runs until it is told to stop: it is told so after its first line. */
  readonly stopped?: true;
};

const at = ({ data }: Scene): readonly string[] => ['--data', data];

/** In this order, on one system. */
export const tries: Readonly<Record<string, readonly Try[]>> = {
  status: [
    { why: 'by its folder', words: at, exit: 'ok' },
    { why: 'by its socket', words: ({ data }) => ['--url', `unix:${data}/control.sock`], exit: 'ok' },
    { why: 'by its configuration', words: ({ config }) => ['--config', config], exit: 'ok' },
    { why: 'a socket on a network', words: () => ['--url', 'http://127.0.0.1:7340'], exit: 'usage' },
    { why: 'well', words: (scene) => [...at(scene), '--check'], exit: 'ok' },
  ],
  orders: [
    { why: 'those that live', words: at, exit: 'ok' },
    { why: 'all', words: (scene) => [...at(scene), '--state', 'all', '--limit', '1'], exit: 'ok' },
    { why: 'blocked ones', words: (scene) => [...at(scene), '--state', 'blocked'], exit: 'ok' },
    { why: 'a state that is none', words: (scene) => [...at(scene), '--state', 'nonsense'], exit: 'usage' },
  ],
  order: [
    { why: 'one that is done', words: (scene) => [scene.filled, ...at(scene)], exit: 'ok' },
    { why: 'one that is not there', words: (scene) => ['00000000000000000000', ...at(scene)], exit: 'usage' },
    { why: 'testimony about one that is known', words: (scene) => [scene.filled, ...at(scene), '--resolve', 'absent', '--reason', 'x'], exit: 'refused' },
    { why: 'testimony without a reason', words: (scene) => [scene.filled, ...at(scene), '--resolve', 'absent'], exit: 'usage' },
    { why: 'a cancel', words: (scene) => [scene.resting, ...at(scene), '--cancel', '--reason', 'x'], exit: 'ok' },
    { why: 'a cancel of one that is done', words: (scene) => [scene.filled, ...at(scene), '--cancel'], exit: 'refused' },
  ],
  amend: [
    { why: 'one that is done', words: (scene) => [scene.filled, ...at(scene), '--quantity', '1', '--reason', 'x'], exit: 'refused' },
    { why: 'nothing to change', words: (scene) => [scene.filled, ...at(scene), '--reason', 'x'], exit: 'usage' },
    { why: 'one that is not there', words: (scene) => ['00000000000000000000', ...at(scene), '--quantity', '1', '--reason', 'x'], exit: 'usage' },
  ],
  components: [{ why: 'what is watched', words: at, exit: 'ok' }],
  positions: [{ why: 'what is held', words: at, exit: 'ok' }],
  risk: [{ why: 'worth and loss', words: at, exit: 'ok' }],
  prices: [{ why: 'what is trusted', words: at, exit: 'ok' }],
  reconcile: [
    { why: 'all venues', words: at, exit: 'ok' },
    { why: 'a venue that is not there', words: (scene) => [...at(scene), '--venue', 'nowhere'], exit: 'usage' },
    { why: 'nothing to release', words: (scene) => [...at(scene), '--venue', 'alpaca', '--release', 'BTC/USD', '--reason', 'x'], exit: 'refused' },
  ],
  halt: [{ why: 'a stop', words: (scene) => [...at(scene), '--reason', 'a drill'], exit: 'ok' }],
  pause: [
    { why: 'a part of it', words: (scene) => [...at(scene), '--scope', 'strategy:nobody', '--reason', 'a drill'], exit: 'ok' },
    { why: 'of what is no scope', words: (scene) => [...at(scene), '--scope', 'nonsense'], exit: 'usage' },
  ],
  flatten: [
    { why: 'its plan', words: (scene) => [...at(scene), '--plan'], exit: 'ok' },
    { why: 'a plan that nobody has shown', words: (scene) => [...at(scene), '--apply', 'fp_00000000'], exit: 'refused' },
    { why: 'of one instrument', words: (scene) => [...at(scene), '--now', '--scope', 'instrument:alpaca:BTC/USD', '--reason', 'a drill'], exit: 'ok' },
  ],
  kill: [
    { why: 'its plan', words: at, exit: 'ok' },
    { why: 'two things at once', words: (scene) => [...at(scene), '--plan', '--now'], exit: 'usage' },
    { why: 'done', words: (scene) => [...at(scene), '--now', '--no-wait', '--scope', 'strategy:nobody', '--reason', 'a drill'], exit: 'partial' },
  ],
  resume: [
    { why: 'without a reason', words: at, exit: 'usage' },
    { why: 'with one', words: (scene) => [...at(scene), '--reason', 'the drill is over'], exit: 'ok' },
    { why: 'again', words: (scene) => [...at(scene), '--reason', 'the drill is over'], exit: 'ok' },
  ],
  'strategy enable': [
    { why: 'without a reason', words: (scene) => ['bot', ...at(scene)], exit: 'usage' },
    { why: 'one that is not stopped', words: (scene) => ['bot', ...at(scene), '--reason', 'x'], exit: 'refused' },
  ],
  'breakers ls': [{ why: 'all', words: at, exit: 'ok' }],
  'breakers show': [
    { why: 'one', words: (scene) => ['alpaca/orders', ...at(scene)], exit: 'ok' },
    { why: 'one that is not there', words: (scene) => ['nowhere/orders', ...at(scene)], exit: 'usage' },
  ],
  'breakers trip': [
    { why: 'one', words: (scene) => ['loss/default', ...at(scene), '--reason', 'a drill', '--evidence', 'the statement of 09:00'], exit: 'ok' },
    { why: 'again', words: (scene) => ['loss/default', ...at(scene), '--reason', 'a drill'], exit: 'refused' },
    { why: 'one that is not there', words: (scene) => ['nowhere/orders', ...at(scene)], exit: 'usage' },
  ],
  'breakers hold': [
    { why: 'closed for a while', words: (scene) => ['alpaca/prices', ...at(scene), '--closed', '--until', '10m', '--reason', 'a drill'], exit: 'ok' },
    { why: 'closed without an end', words: (scene) => ['alpaca/prices', ...at(scene), '--closed', '--reason', 'a drill'], exit: 'usage' },
    { why: 'open and closed', words: (scene) => ['alpaca/prices', ...at(scene), '--open', '--closed', '--until', '1m'], exit: 'usage' },
  ],
  'breakers reset': [
    { why: 'what was tripped', words: (scene) => ['loss/default', ...at(scene), '--reason', 'the drill is over'], exit: 'ok' },
    { why: 'what was held', words: (scene) => ['alpaca/prices', ...at(scene), '--reason', 'the drill is over'], exit: 'ok' },
    { why: 'what is closed', words: (scene) => ['alpaca/reads', ...at(scene), '--reason', 'nothing'], exit: 'refused' },
    { why: 'without a reason', words: (scene) => ['alpaca/reads', ...at(scene)], exit: 'usage' },
  ],
  reload: [
    { why: 'a file that asks for the same', words: (scene) => [...at(scene), '--by', 'sam', '--reason', 'a drill'], exit: 'ok' },
    { why: 'where nobody is', words: ({ empty }) => ['--data', empty], exit: 'unreachable' },
  ],
  'limits ls': [{ why: 'all', words: at, exit: 'ok' }],
  'limits override': [
    { why: 'one order past one limit', words: (scene) => [...at(scene), '--control', 'position', '--venue', 'alpaca', '--symbol', 'BTC/USD', '--strategy', 'bot', '--side', 'buy', '--quantity', '0.5', '--reason', 'a drill'], exit: 'ok' },
    { why: 'a control that is never overridden', words: (scene) => [...at(scene), '--control', 'restricted', '--venue', 'alpaca', '--symbol', 'BTC/USD', '--strategy', 'bot', '--side', 'buy', '--quantity', '0.5', '--reason', 'a drill'], exit: 'refused' },
    { why: 'an instrument that is not there', words: (scene) => [...at(scene), '--control', 'position', '--venue', 'alpaca', '--symbol', 'NO/SUCH', '--strategy', 'bot', '--side', 'buy', '--quantity', '0.5', '--reason', 'a drill'], exit: 'usage' },
  ],
  'limits approve': [
    { why: 'without a reason', words: (scene) => ['lp_00000000', ...at(scene)], exit: 'usage' },
    { why: 'what is not held', words: (scene) => ['lp_00000000', ...at(scene), '--reason', 'x'], exit: 'refused' },
  ],
  'limits reject': [
    { why: 'without a reason', words: (scene) => ['lp_00000000', ...at(scene)], exit: 'usage' },
    { why: 'what is not held', words: (scene) => ['lp_00000000', ...at(scene), '--reason', 'x'], exit: 'refused' },
    { why: 'what was asked for above', words: (scene) => [scene.waiting, ...at(scene), '--reason', 'the drill is over'], exit: 'ok' },
  ],
  'journal verify': [
    { why: 'beside a running runtime', words: at, exit: 'ok' },
    { why: 'where there is none', words: ({ empty }) => ['--data', empty], exit: 'unproven' },
  ],
  'journal raise-format': [
    { why: 'without a reason', words: at, exit: 'usage' },
    { why: 'where it is already', words: (scene) => [...at(scene), '--reason', 'nothing is newer'], exit: 'refused' },
    { why: 'further than this release writes', words: (scene) => [...at(scene), '--to', '99', '--reason', 'too far'], exit: 'usage' },
  ],
  'journal tail': [
    { why: 'the last entries', words: (scene) => [...at(scene), '--limit', '5'], exit: 'ok' },
    { why: 'from the first', words: (scene) => [...at(scene), '--from', '1', '--limit', '1000'], exit: 'ok' },
    { why: 'as they come', words: (scene) => [...at(scene), '--follow'], exit: 'ok', stopped: true },
    { why: 'a limit that is none', words: (scene) => [...at(scene), '--limit', 'many'], exit: 'usage' },
  ],
  doctor: [
    { why: 'a runtime that runs', words: ({ config, data }) => ['--config', config, '--data', data], exit: 'ok' },
    { why: 'a configuration that cannot be used', words: ({ wrong, data }) => ['--config', wrong, '--data', data, '--only', 'configuration'], exit: 'unhealthy' },
    { why: 'a check that is none', words: (scene) => [...at(scene), '--only', 'nonsense'], exit: 'usage' },
  ],
  'journal reindex': [
    { why: 'of a folder that nobody holds', words: ({ folder }) => ['--data', `${folder}/another`], exit: 'ok' },
    { why: 'of one that somebody holds', words: at, exit: 'refused' },
  ],
  'journal rebuild-anchor': [{ why: 'for a head that is another', words: ({ folder }) => ['--data', `${folder}/another`, '--head', '000000000000'], exit: 'unproven' }],
  'backup create': [
    { why: 'beside a running runtime', words: (scene) => [...at(scene), '--to', `${scene.folder}/backups/one`], exit: 'ok' },
    { why: 'over another', words: (scene) => [...at(scene), '--to', `${scene.folder}/backups/one`], exit: 'refused' },
  ],
  'backup verify': [
    { why: 'a whole one', words: ({ folder }) => [`${folder}/backups/one`], exit: 'ok' },
    { why: 'one that is not there', words: ({ folder }) => [`${folder}/backups/none`], exit: 'unproven' },
  ],
  'backup ls': [{ why: 'one', words: ({ folder }) => [`${folder}/backups`], exit: 'ok' }],
  'backup restore': [
    { why: 'into a new folder', words: ({ folder }) => [`${folder}/backups/one`, '--data', `${folder}/restored`], exit: 'ok' },
    { why: 'over one that is there', words: (scene) => [`${scene.folder}/backups/one`, ...at(scene)], exit: 'refused' },
  ],
  'config validate': [
    { why: 'one that is sound', words: ({ config }) => ['--config', config], exit: 'ok' },
    { why: 'one that is not', words: ({ wrong }) => ['--config', wrong], exit: 'config' },
  ],
  'config schema': [{ why: 'whole', words: () => [], exit: 'ok' }],
  explain: [
    { why: 'the families', words: () => [], exit: 'ok' },
    { why: 'a family', words: () => ['30xx'], exit: 'ok' },
    { why: 'a code', words: () => ['BW-3020'], exit: 'ok' },
    { why: 'a code that is none', words: () => ['BW-0001'], exit: 'usage' },
  ],
  schema: [
    { why: 'of all', words: () => [], exit: 'ok' },
    { why: 'of one', words: () => ['journal', 'tail'], exit: 'ok' },
    { why: 'of none', words: () => ['nonsense'], exit: 'usage' },
  ],
  completion: [
    { why: 'for bash', words: () => ['bash'], exit: 'ok' },
    { why: 'for a shell that is not known', words: () => ['tcsh'], exit: 'usage' },
  ],
  health: [
    { why: 'well', words: ({ port }) => ['--port', port], exit: 'ok' },
    { why: 'where nobody listens', words: () => ['--port', '1'], exit: 'unhealthy' },
    { why: 'a port that is none', words: () => ['--port', '70000'], exit: 'usage' },
  ],
  'service print': [
    { why: 'for a configuration that is there', words: ({ config }) => ['--config', config], exit: 'ok' },
    { why: 'for one that is not there yet', words: ({ empty }) => ['--config', `${empty}/none.json`], exit: 'ok' },
  ],
  version: [{ why: 'what is installed', words: () => [], exit: 'ok' }],
  sim: [
    { why: 'one run', words: () => ['--seed', '3'], exit: 'ok' },
    { why: 'no run', words: () => ['--seeds', '0'], exit: 'usage' },
  ],
  exchange: [
    { why: 'on a free port', words: ({ folder }) => ['--data', `${folder}/another-exchange`], exit: 'ok', stopped: true },
    { why: 'a dialect that is none', words: () => ['--dialect', 'nonsense'], exit: 'usage' },
  ],
  start: [
    { why: 'beside one that runs', words: ({ config, data }) => ['--config', config, '--data', data, '--listen', '127.0.0.1:0'], exit: 'refused' },
    { why: 'with a configuration that cannot be used', words: ({ wrong, empty }) => ['--config', wrong, '--data', empty], exit: 'config' },
    { why: 'in a folder of its own', words: ({ config, folder }) => ['--config', config, '--data', `${folder}/another`, '--listen', '127.0.0.1:0'], exit: 'ok', stopped: true },
  ],
  'stop-all': [
    { why: 'of two kinds at once', words: (scene) => [...at(scene), '--flatten', '--keep-orders'], exit: 'usage' },
    { why: 'where nobody is', words: ({ empty }) => ['--data', empty], exit: 'unreachable' },
    { why: 'nothing to start again', words: (scene) => [...at(scene), '--start-again'], exit: 'refused' },
    { why: 'a kill that keeps orders', words: (scene) => [...at(scene), '--keep-orders', '--reason', 'a drill'], exit: 'ok' },
  ],
  demo: [
    { why: 'for a moment', words: ({ folder }) => ['--data', `${folder}/demo`, '--for', '2s'], exit: 'ok' },
    { why: 'a speed that is none', words: ({ folder }) => ['--data', `${folder}/demo`, '--speed', 'fast'], exit: 'usage' },
  ],
};
