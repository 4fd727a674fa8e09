/** What simulated riders are to be like, checked once. */
import { OptionError } from '../../core/errors.js';

export interface RiderOptions {
  /** How many people ride. @defaultValue 1000 */
  readonly riders?: number;
  /** A whole number. @defaultValue 1 */
  readonly seed?: number;
  /** Cases among the riders. @defaultValue 50, or a twentieth of the riders if that is fewer */
  readonly cases?: number;
  /** Share of the riders who change between two lines on their way to work. @defaultValue 0.15 */
  readonly transfers?: number;
  /** Share of the lines with one code for all their vehicles. @defaultValue 0.2 */
  readonly lineCodes?: number;
  /** Share of the arrivals at work, school or a shop without a scan. @defaultValue 0.1 */
  readonly missedPlace?: number;
  /** Share of the arrivals at home with a scan. @defaultValue 0.5 */
  readonly homeScanned?: number;
  /** Share of the boardings without a scan. @defaultValue 0.05 */
  readonly missedBoarding?: number;
  /** Share of the scanned boardings with a second tap seconds later. @defaultValue 0.02 */
  readonly secondTap?: number;
  /** Share of the boardings with a tap on the vehicle beside, if there is one; half of them are put right by a tap on the own. @defaultValue 0.005 */
  readonly wrongVehicle?: number;
  /** Share of the rides on which the rider falls asleep and is carried past the stop. @defaultValue 0.005 */
  readonly asleep?: number;
  /** Share of the trips made by other means, such as a lift. @defaultValue 0.03 */
  readonly otherMeans?: number;
  /** How far the clock of a phone may be off, either way, in seconds; each phone is off by the same all the time. @defaultValue 10 */
  readonly clockSkewSec?: number;
}

/** Options with the values that are used. */
export type RiderPlan = Readonly<Required<RiderOptions>>;

const MOST_RIDERS = 1e8;
const MOST_SKEW_SEC = 3600;
const SHARES = {
  transfers: 0.15,
  lineCodes: 0.2,
  missedPlace: 0.1,
  homeScanned: 0.5,
  missedBoarding: 0.05,
  secondTap: 0.02,
  wrongVehicle: 0.005,
  asleep: 0.005,
  otherMeans: 0.03,
} as const;

/** @throws OptionError naming the option. */
export function planRiders(options: RiderOptions): RiderPlan {
  const riders = wholeNumber(options.riders ?? 1000, 1, MOST_RIDERS, 'riders');
  return Object.freeze({
    riders,
    seed: wholeNumber(options.seed ?? 1, 0, Number.MAX_SAFE_INTEGER, 'seed'),
    cases: wholeNumber(options.cases ?? Math.min(50, Math.ceil(riders / 20)), 0, riders, 'cases'),
    transfers: share(options, 'transfers'),
    lineCodes: share(options, 'lineCodes'),
    missedPlace: share(options, 'missedPlace'),
    homeScanned: share(options, 'homeScanned'),
    missedBoarding: share(options, 'missedBoarding'),
    secondTap: share(options, 'secondTap'),
    wrongVehicle: share(options, 'wrongVehicle'),
    asleep: share(options, 'asleep'),
    otherMeans: share(options, 'otherMeans'),
    clockSkewSec: wholeNumber(options.clockSkewSec ?? 10, 0, MOST_SKEW_SEC, 'clock-skew'),
  });
}

function share(options: RiderOptions, name: keyof typeof SHARES): number {
  const value = options[name] ?? SHARES[name];
  if (!(value >= 0 && value <= 1)) throw new OptionError('E_NUMBER', `${name}: expected a share from 0 to 1, got ${value}`);
  return value;
}

function wholeNumber(value: number, least: number, most: number, what: string): number {
  if (!Number.isInteger(value) || value < least || value > most)
    throw new OptionError('E_NUMBER', `${what}: expected a whole number from ${least} to ${most}, got ${value}`);
  return value;
}
