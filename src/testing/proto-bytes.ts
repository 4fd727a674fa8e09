/** Protobuf messages written by hand, for tests of what reads them. */

/** A field: its number, and a text, a message, a 32-bit float or a whole number. */
export type ProtoField = readonly [field: number, value: string | readonly ProtoField[] | { readonly float: number } | number | boolean];

/** The bytes of a message. */
export function protoBytes(fields: readonly ProtoField[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(
    fields.flatMap(([field, value]) => {
      if (typeof value === 'number' || typeof value === 'boolean') return [...varint(field * 8), ...varint(Number(value))];
      if (typeof value === 'object' && 'float' in value) return [...varint(field * 8 + 5), ...new Uint8Array(Float32Array.of(value.float).buffer)];
      const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : protoBytes(value);
      return [...varint(field * 8 + 2), ...varint(bytes.length), ...bytes];
    }),
  );
}

/** Seven bits a byte, the lowest first; each but the last has the eighth bit. */
function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}

export interface EntityFields {
  readonly trip?: string;
  readonly startTime?: string;
  readonly startDate?: string;
  readonly route?: string;
  readonly at?: readonly [lat: number, lon: number];
  readonly sec?: number;
  readonly vehicle?: string;
  readonly label?: string;
  readonly plate?: string;
}

/** A feed message, version 2.0, with some vehicle positions and whatever other entities. */
export function feedBytes(sec: number, positions: readonly EntityFields[], others: readonly ProtoField[] = []): Uint8Array<ArrayBuffer> {
  const text = (field: number, value: string | undefined): ProtoField[] => (value === undefined ? [] : [[field, value]]);
  const entities = positions.map(({ trip, startTime, startDate, route, at, sec: own, vehicle, label, plate }, i): ProtoField => {
    const position: ProtoField[] = [
      [1, [...text(1, trip), ...text(2, startTime), ...text(3, startDate), ...text(5, route)]],
      ...(at
        ? [
            [
              2,
              [
                [1, { float: at[0] }],
                [2, { float: at[1] }],
                [3, { float: 90 }],
              ],
            ] as ProtoField,
          ]
        : []),
      ...(own === undefined ? [] : [[5, own] as ProtoField]),
      [7, 'some stop'],
      [8, [...text(1, vehicle), ...text(2, label), ...text(3, plate)]],
    ];
    return [
      2,
      [
        [1, String(i)],
        [4, position],
      ],
    ];
  });
  return protoBytes([[1, [[1, '2.0'], [2, 0], ...(sec > 0 ? [[3, sec] as ProtoField] : [])]], ...entities, ...others]);
}
