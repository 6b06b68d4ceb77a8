/** Each venue of the configuration: whether it answers, what time it has, what the keys may do, and whether its stream opens. */
import { seededRandom } from '../../base/index.ts';
import { RetryBudget } from '../../calls/index.ts';
import { realIds } from '../../edges/clock/index.ts';
import type { VenueConfig } from '../../edges/config/index.ts';
import type { Net, VenueEvent, VenueInspection } from '../../ports/index.ts';
import type { Gateway } from '../../runtime/index.ts';
import { alpacaVenue, inspectAlpaca } from '../../venues/index.ts';
import { gatewayOf } from '../life/bindings.ts';
import { quotaBeside } from '../life/quota.ts';
import { failed, ok, skipped, warning } from './check.ts';
import type { Check, Configured, Finding, Patient } from './check.ts';

const OFF_MS = 2_000;
const FAR_OFF_MS = 30_000;

export function venueChecks({ config }: Configured): readonly Check[] {
  if (config === undefined) return [{ name: 'venues', examine: () => skipped('no configuration names one') }];
  return Object.entries(config.venues).flatMap(([name, venue]): Check[] => {
    let asked: Promise<VenueInspection> | undefined; // once, for all that is told of it
    let way: Gateway | undefined;
    const through = ({ net, clock, data }: Patient): Net => {
      const owner = realIds().id();
      return (way ??= gatewayOf(name, venue, { net, clock, random: seededRandom(name), owner, quota: () => quotaBeside(data, name, owner), retries: new RetryBudget() })).net;
    };
    const inspect = (patient: Patient): Promise<VenueInspection> =>
      (asked ??= inspectAlpaca({ net: through(patient), clock: patient.clock }, { baseUrl: venue.baseUrl, keyId: venue.keyId.reveal(), secret: venue.secret.reveal() }, patient.timeoutMs));
    return [
      { name: `${name} answers`, examine: async (patient) => answering(await inspect(patient)) },
      { name: `${name} time`, examine: async (patient) => time(await inspect(patient)) },
      { name: `${name} keys`, examine: async (patient) => keys(venue, await inspect(patient)) },
      { name: `${name} stream`, examine: async (patient) => stream(name, venue, { ...patient, net: through(patient) }, await inspect(patient)) },
    ];
  });
}

type Accepted = Extract<Extract<VenueInspection, { kind: 'reached' }>['keys'], { kind: 'accepted' }>;

function answering(seen: VenueInspection): Finding {
  if (seen.kind === 'reached') return ok(`in ${seen.tookMs.toFixed(0)} ms`);
  if (seen.heldBack === undefined) return failed('unreached', seen.why);
  const { againMs } = seen.heldBack; // nobody asked it, so nothing is known of its network
  return { ...skipped(`it was not asked: our own rate budget held the request back (${seen.why}), as the running runtime and the venue's limits leave no room`), doNext: againMs === undefined ? 'look again in a minute' : `look again in ${Math.ceil(againMs / 1_000)} s` };
}

function time(seen: VenueInspection): Finding {
  if (seen.kind !== 'reached' || seen.aheadMs === undefined) return skipped('it did not say what time it has');
  const off = `its clock is ${Math.abs(seen.aheadMs / 1_000).toFixed(1)} s ${seen.aheadMs < 0 ? 'behind' : 'ahead of'} ours`;
  return Math.abs(seen.aheadMs) > FAR_OFF_MS ? failed('clock', off) : Math.abs(seen.aheadMs) > OFF_MS ? warning('clock', off) : ok('as ours, to a second or two');
}

function keys(venue: VenueConfig, seen: VenueInspection): Finding {
  if (seen.kind !== 'reached') return skipped('it did not answer');
  if (seen.keys.kind === 'refused') return failed('keys', `refused: ${seen.keys.why}`);
  if (seen.keys.kind === 'unclear') return failed('unreached', `what it answered is not understood: ${seen.keys.why}`);
  const { account, blocked, mayMoveMoney } = seen.keys as Accepted;
  if (venue.account !== undefined && venue.account !== account) return failed('keys', `they belong to the account ${account}, and the configuration expects ${venue.account}`);
  if (blocked !== undefined) return failed('account', `the account ${account} cannot trade: ${blocked}`);
  if (mayMoveMoney && venue.money === 'live') return warning('transfers', `${venue.money} money, account ${account}; the account may also move money out, and so may these keys`);
  return ok(`${venue.money} money, account ${account}, may trade`);
}

async function stream(name: string, venue: VenueConfig, { net, clock, timeoutMs }: Patient, seen: VenueInspection): Promise<Finding> {
  if (seen.kind !== 'reached') return skipped('it did not answer');
  if (seen.keys.kind !== 'accepted') return skipped('the keys are not accepted');
  const made = alpacaVenue({ // without extensions: the end of this look cancels nothing
    name, net, clock, random: seededRandom(name), baseUrl: venue.baseUrl, keyId: venue.keyId.reveal(), secret: venue.secret.reveal(), ...(venue.streamUrl === undefined ? {} : { streamUrl: venue.streamUrl }),
  });
  const heard = await new Promise<VenueEvent | undefined>((resolve) => {
    const cancel = clock.timer(timeoutMs, () => end(undefined));
    const stop = made.stream((event) => { if (event.kind !== 'order') end(event); });
    function end(event: VenueEvent | undefined): void {
      cancel();
      queueMicrotask(() => stop());
      resolve(event);
    }
  });
  if (heard?.kind === 'connected') return ok('opens, and lets us listen');
  return failed('stream', heard?.kind === 'disconnected' ? heard.why : `did not open within ${timeoutMs} ms`);
}
