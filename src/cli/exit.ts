/** Exit codes. 5 means "not known yet", never "failed": an act that changes orders is not repeated on it. */
export const EXIT = {
  ok: 0,
  error: 1, // unexpected: a bug, or a disk that said no
  usage: 2,
  config: 3,
  unreachable: 4,
  timeout: 5,
  unhealthy: 6,
  refused: 7, // a safety rule said no
  auth: 8,
  unproven: 9, // a promise was looked at and not kept
  partial: 10,
  crashed: 127,
  stuck: 128,
  broken: 129,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitName = keyof typeof EXIT;

export const exitMeanings: Readonly<Record<ExitName, string>> = {
  ok: 'done, or healthy',
  error: 'unexpected failure: a bug, or a machine that misbehaves; of `start`: the runtime was given up',
  usage: 'wrong command, option or value; something named is not there; a Node.js that is too old',
  config: 'the configuration cannot be used',
  unreachable: 'no runtime answers',
  timeout: 'asked for, and no answer in time: **not known**. Do not simply repeat it; the message names the command that tells',
  unhealthy: 'looked at and found unwell: `status --check`, `reconcile`',
  refused: 'a rule said no, for example another process holds the data folder',
  auth: 'not allowed',
  unproven: 'a promise was looked at and not kept: `journal verify`, `backup verify`, `backup restore`, `demo`',
  partial: 'done in part; the rest is listed',
  crashed: 'of `sim`: it crashed',
  stuck: 'of `sim`: it never came back to trading',
  broken: 'of `sim`: something that must hold did not',
  interrupted: 'interrupted by Ctrl-C',
  terminated: 'ended by SIGTERM',
};
