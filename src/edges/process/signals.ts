/** Being told to end, by the terminal or by whoever started us. */
export type EndSignal = 'SIGINT' | 'SIGTERM';

/**
 * Runs at each of them, the second Ctrl-C included. The answer takes the listener back.
 * @param onHangup what SIGHUP asks for instead, where no terminal can have sent it by going away: a service is told by it to read its configuration again
 */
export function onEndSignal(run: (signal: EndSignal) => void, onHangup?: () => void): () => void {
  const isService = !process.stdin.isTTY && !process.stdout.isTTY && !process.stderr.isTTY;
  const listeners = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) => {
    const listener = (): void => (signal === 'SIGHUP' && isService && onHangup !== undefined ? onHangup() : run(signal === 'SIGINT' ? 'SIGINT' : 'SIGTERM'));
    process.on(signal, listener);
    return (): void => void process.off(signal, listener);
  });
  return () => listeners.forEach((off) => off());
}

export const exitProcess = (code: number): never => process.exit(code);

/** What nobody has caught: told, and the end of this process with code 1. */
export function onUncaught(run: (thrown: unknown) => void): void {
  const end = (thrown: unknown): void => {
    try {
      run(thrown);
    } finally {
      process.exit(1);
    }
  };
  process.on('uncaughtException', end);
  process.on('unhandledRejection', end);
}
