import { EmergencyPlace } from '../../src/sim/index.ts';
import { emergencyContract, SLOTS } from './emergency.contract.ts';

emergencyContract('memory', () => {
  const place = new EmergencyPlace(SLOTS);
  return {
    open: () => place.open(), bytes: () => place.content?.slice() ?? new Uint8Array(), put: (bytes) => { place.content = bytes.slice(); }, aside: () => place.aside.length, remove: () => undefined,
  };
});
