/**
 * Decodes the vehicle positions of a GTFS-Realtime feed message (https://gtfs.org/documentation/realtime/proto/, versions 1.0 and 2.0) from its bytes.
 *
 * Only the fields that say where which vehicle was are read; all others, extensions too, are walked over, so that damage in them is found as well. A field of
 * another wire type than the standard gives it is damage. What cannot be told is a file cut exactly between two entities: the format has no length.
 */
import protobuf from 'protobufjs/minimal.js';
import { InputError } from '../../core/errors.js';

/** Where a vehicle was; '' and NaN where the feed does not say. */
export interface VehiclePosition {
  /** Its id; of a vehicle without one its label, else its number plate. */
  readonly vehicle: string;
  readonly isNamedByLabel: boolean;
  readonly lat: number;
  readonly lon: number;
  /** Seconds since 1970; of a position without a time that of the feed; 0 if it has none. */
  readonly sec: number;
  readonly trip: string;
  readonly route: string;
  /** `yyyyMMdd` and `HH:MM:SS`, as they came. */
  readonly startDate: string;
  readonly startTime: string;
  /** Which entity of the feed it was, from 1. */
  readonly entity: number;
}

export interface FeedMessage {
  readonly version: string;
  /** When the feed was made; 0 if it does not say. */
  readonly sec: number;
  readonly positions: readonly VehiclePosition[];
  readonly entities: number;
  /** Entities that the feed takes back. */
  readonly deleted: number;
}

type Reader = protobuf.Reader;
type Visit = (field: number, wire: number, reader: Reader) => boolean;

const VARINT = 0;
const BYTES = 2;
const FIXED_32 = 5;

/** @throws InputError `E_PROTOBUF` for bytes that are damaged, cut or something else. `name` stands in its message. */
export function decodeFeedMessage(bytes: Uint8Array, name: string): FeedMessage {
  let version = '';
  let feedSec = 0;
  let entities = 0;
  let deleted = 0;
  const found: Decoded[] = [];
  try {
    readFields(bytes, (field, wire, reader) => {
      if (field === 1) {
        readFields(expect(wire, BYTES) && reader.bytes(), (inner, type, header) => {
          if (inner === 1) version = expect(type, BYTES) && header.stringVerify();
          else if (inner === 3) feedSec = expect(type, VARINT) && numberOf(header.uint64());
          else return false;
          return true;
        });
        return true;
      }
      if (field !== 2) return false;
      entities++;
      const entity = readEntity(expect(wire, BYTES) && reader.bytes());
      if (entity.isDeleted) deleted++;
      else if (entity.position) found.push({ ...entity.position, entity: entities });
      return true;
    });
    if (!/^\d+\.\d+$/.test(version)) throw new RangeError('no version');
  } catch (cause) {
    const where = version === '' ? 'other bytes, or damaged ones' : `damaged bytes, or cut ones, after ${Math.max(0, entities - 1)} whole entities`;
    throw new InputError(
      'E_PROTOBUF',
      `${name} E_PROTOBUF expected a GTFS-Realtime feed (protobuf), got ${where}; fetch the file again, or give it as pings if it is CSV`,
      { cause },
    );
  }
  const positions = found.map(({ id, label, plate, sec, ...rest }): VehiclePosition => ({
    ...rest,
    vehicle: id || label || plate,
    isNamedByLabel: id === '' && (label !== '' || plate !== ''),
    sec: sec || feedSec,
  }));
  return { version, sec: feedSec, positions, entities, deleted };
}

interface Decoded extends Omit<VehiclePosition, 'vehicle' | 'isNamedByLabel'> {
  readonly id: string;
  readonly label: string;
  readonly plate: string;
}

interface Entity {
  readonly isDeleted: boolean;
  readonly position: Omit<Decoded, 'entity'> | undefined;
}

function readEntity(bytes: Uint8Array): Entity {
  let isDeleted = false;
  let position: Entity['position'];
  readFields(bytes, (field, wire, reader) => {
    if (field === 2) isDeleted = expect(wire, VARINT) && reader.bool();
    else if (field === 4) position = readPosition(expect(wire, BYTES) && reader.bytes());
    else return false;
    return true;
  });
  return { isDeleted, position };
}

function readPosition(bytes: Uint8Array): Omit<Decoded, 'entity'> {
  const texts = { trip: '', route: '', startDate: '', startTime: '', id: '', label: '', plate: '' };
  let lat = Number.NaN;
  let lon = Number.NaN;
  let sec = 0;
  const readTexts = (message: Uint8Array, names: Readonly<Record<number, keyof typeof texts>>): void =>
    readFields(message, (field, wire, reader) => {
      const name = names[field];
      if (name === undefined) return false;
      texts[name] = expect(wire, BYTES) && reader.stringVerify();
      return true;
    });
  readFields(bytes, (field, wire, reader) => {
    if (field === 1) readTexts(expect(wire, BYTES) && reader.bytes(), { 1: 'trip', 2: 'startTime', 3: 'startDate', 5: 'route' });
    else if (field === 8) readTexts(expect(wire, BYTES) && reader.bytes(), { 1: 'id', 2: 'label', 3: 'plate' });
    else if (field === 5) sec = expect(wire, VARINT) && numberOf(reader.uint64());
    else if (field === 2) {
      readFields(expect(wire, BYTES) && reader.bytes(), (inner, type, point) => {
        if (inner === 1) lat = expect(type, FIXED_32) && point.float();
        else if (inner === 2) lon = expect(type, FIXED_32) && point.float();
        else return false;
        return true;
      });
    } else return false;
    return true;
  });
  return { ...texts, lat, lon, sec };
}

/** Goes through the fields of one message; what `visit` does not take is walked over. @throws Error where the bytes are no message. */
function readFields(bytes: Uint8Array, visit: Visit): void {
  const reader = new protobuf.Reader(bytes);
  while (reader.pos < reader.len) {
    const tag = reader.tag();
    const [field, wire] = [tag >>> 3, tag & 7];
    if (field === 0) throw new RangeError('no field has the number 0');
    if (!visit(field, wire, reader)) reader.skipType(wire, 0, field);
  }
}

/** @throws RangeError if a field has another wire type than the standard gives it. */
function expect(wire: number, wanted: number): true {
  if (wire !== wanted) throw new RangeError(`expected wire type ${wanted}, got ${wire}`);
  return true;
}

/** A 64-bit number, which comes as an object of two halves. */
const numberOf = (value: number | protobuf.Long): number => Number(String(value));
