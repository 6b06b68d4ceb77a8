/** Components and the safety state of the whole, as entries of the journal. Signs of life and findings are samples, and are not. */
import { defineFact, described, dictionary, flag, int, oneOf, optional, text } from '../../journal/index.ts';

const componentState = oneOf('healthy', 'degraded', 'critical', 'failed', 'recovering', 'stopped', 'unknown');
const systemState = oneOf('healthy', 'degraded', 'critical', 'emergency-shutdown', 'recovering', 'failed');

export const componentRegistered = defineFact('component.registered', 1, {
  component: text('its name'),
  kind: text('what it is: venue, prices, journal, or whatever its owner calls it'),
  critical: flag('whether the whole is critical without it'),
  checkEveryMs: int('how often it is looked at'),
  timeoutMs: int('without a sign of life for so long it has failed'),
  failures: int('findings in a row before a change is believed'),
  by: text('who registered it'),
}, 'This component is watched from here on. Nothing is known of it until it was heard.');

export const componentChanged = defineFact('component.changed', 1, {
  component: text('its name'),
  from: described(componentState, 'how it was'),
  to: described(componentState, 'how it is'),
  cause: text('why, in words'),
  findings: int('how many in a row said so; 0 where it was silence or somebody'),
  silentMs: optional(int('how long nothing was heard of it, where that is the cause')),
  numbers: dictionary(int(), 'what was measured'),
}, 'A component is in another state.');

export const componentRemoved = defineFact('component.removed', 1, { component: text('its name'), by: text('who'), reason: text('why') }, 'This component is not watched any more.');

export const safetyChanged = defineFact('safety.changed', 1, {
  from: described(systemState, 'how the whole was'),
  to: described(systemState, 'how it is'),
  cause: text('why, in words'),
  component: optional(text('the component that decided it')),
  by: optional(text('who, where it was somebody')),
}, 'The whole system is in another safety state: the worst of what its critical components are in, back only after a stable time.');

export const healthFacts = [componentRegistered, componentChanged, componentRemoved, safetyChanged] as const;
