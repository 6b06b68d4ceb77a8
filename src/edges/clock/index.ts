/** The only folder that touches the machine's clocks, timers and chance; everybody else is handed these ports. */
export { realClock } from './clock.ts';
export { realIds } from './ids.ts';
export { settle } from './settle.ts';
