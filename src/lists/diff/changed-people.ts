/** The people whose row is not the same in two runs, with their districts and the causes of their contacts: some 60 bytes each, and nothing for the others. */
import { U32Column } from '../../core/columns.js';
import { Dictionary } from '../../core/dictionary.js';
import { Causes } from './causes.js';

const NONE = 0xffff_ffff;

export class ChangedPeople {
  readonly #people = new Dictionary();
  readonly #districts = new Dictionary();
  readonly #certain = new U32Column();
  readonly #possible = new U32Column();
  /** The first of a person's districts in the chain below. */
  readonly #first = new U32Column();
  readonly #chainDistrict = new U32Column();
  readonly #chainNext = new U32Column();

  constructor() {
    this.#grow();
  }

  get isEmpty(): boolean {
    return this.#people.size === 1; // the empty text
  }

  add(ruleId: string, contactId: string): void {
    this.#people.intern(keyOf(ruleId, contactId));
    this.#grow();
  }

  addDistrict(ruleId: string, contactId: string, district: string): void {
    const id = this.#people.find(keyOf(ruleId, contactId));
    if (id < 0) return;
    const wanted = this.#districts.intern(district);
    for (let at = this.#first.data[id]!; at !== NONE; at = this.#chainNext.data[at]!) if (this.#chainDistrict.data[at] === wanted) return;
    this.#chainDistrict.push(wanted);
    this.#chainNext.push(this.#first.data[id]!);
    this.#first.data[id] = this.#chainDistrict.length - 1;
  }

  addCauses(ruleId: string, contactId: string, { certain, possible }: Causes): void {
    const id = this.#people.find(keyOf(ruleId, contactId));
    if (id < 0) return;
    this.#certain.data[id]! |= certain;
    this.#possible.data[id]! |= possible;
  }

  districts(ruleId: string, contactId: string): string[] {
    const id = this.#people.find(keyOf(ruleId, contactId));
    const found: string[] = [];
    for (let at = id < 0 ? NONE : this.#first.data[id]!; at !== NONE; at = this.#chainNext.data[at]!)
      found.push(this.#districts.text(this.#chainDistrict.data[at]!));
    return found;
  }

  causes(ruleId: string, contactId: string): Causes {
    const id = this.#people.find(keyOf(ruleId, contactId));
    return id < 0 ? new Causes() : new Causes().unite({ certain: this.#certain.data[id]!, possible: this.#possible.data[id]! });
  }

  #grow(): void {
    while (this.#first.length < this.#people.size) {
      this.#first.push(NONE);
      this.#certain.push(0);
      this.#possible.push(0);
    }
  }
}

/** Ids hold no NUL: CSV cells lose it, and rows with it are rejected. */
const keyOf = (ruleId: string, contactId: string): string => `${ruleId}\0${contactId}`;
