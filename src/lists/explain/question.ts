/** What is asked, and what is needed to answer it beyond what a match found. */
import type { Plan } from '../../model/plan.js';
import type { PlaceNeighbours } from '../../stay-index/place-neighbours.js';
import type { Inference } from './stay-teller.js';

export interface Asked extends Inference {
  readonly plan: Plan;
  readonly neighbours: PlaceNeighbours;
  readonly caseId: string;
  readonly contactId: string;
  /** Dense id of the place at which near misses are looked for. @defaultValue everywhere */
  readonly place?: number | undefined;
}
