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
  interrupted: 130,
  terminated: 143,
} as const;
