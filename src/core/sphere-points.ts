/** Points on the Earth as typed arrays, with straight-line distances: within 0.01 m of the great circle up to 10 km, and no trigonometry where many are compared. */
import { EARTH_RADIUS_M } from './geo.js';

export class SpherePoints {
  /** x, y, z of each point in metres; NaN where it is unknown. */
  xyz: Float64Array = new Float64Array(3 * 64);
  length = 0;

  /** Adds a point given in degrees, NaN if unknown. */
  push(lat: number, lon: number): void {
    if (this.length * 3 === this.xyz.length) {
      const grown = new Float64Array(this.xyz.length * 2);
      grown.set(this.xyz);
      this.xyz = grown;
    }
    const [phi, lambda] = [(lat * Math.PI) / 180, (lon * Math.PI) / 180];
    const at = this.length++ * 3;
    this.xyz[at] = EARTH_RADIUS_M * Math.cos(phi) * Math.cos(lambda);
    this.xyz[at + 1] = EARTH_RADIUS_M * Math.cos(phi) * Math.sin(lambda);
    this.xyz[at + 2] = EARTH_RADIUS_M * Math.sin(phi);
  }

  isKnown(point: number): boolean {
    return !Number.isNaN(this.xyz[point * 3]!);
  }

  /** Metres between two points, NaN if one is unknown. */
  distanceM(a: number, b: number): number {
    return this.distanceToM(a, this.xyz[b * 3]!, this.xyz[b * 3 + 1]!, this.xyz[b * 3 + 2]!);
  }

  /** Metres from a point to x, y, z. */
  distanceToM(point: number, x: number, y: number, z: number): number {
    const at = point * 3;
    const [dx, dy, dz] = [this.xyz[at]! - x, this.xyz[at + 1]! - y, this.xyz[at + 2]! - z];
    return Math.sqrt(dx * dx + dy * dy + dz * dz);
  }
}
