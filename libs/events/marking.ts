import { createHash } from 'node:crypto';

/**
 * A marking is what decides who may see (DESIGN 5; domain-standards 1.1 to 1.4). Grading and free text are data and never decide.
 * An event without a marking does not compile.
 */
export interface Marking {
  /** Government Security Classification: `OFFICIAL` or `OFFICIAL-SENSITIVE`; anything above never enters (R7). */
  gsc: string;
  /** TLP 2.0 label without its prefix: `CLEAR`, `GREEN`, `AMBER`, `AMBER+STRICT`, `RED`. */
  tlp: string;
  /** Handling codes as given: 3x5x2 `P` or `C`, Europol `H0` to `H3`, `ORCON`. */
  handling: string[];
  /** Conditions of handling code C: `A1` to `A3`, `S1`, `S2`. */
  conditions: string[];
  /** Organisations (ids) or named groups; empty means that the TLP label alone decides. */
  releasableTo: string[];
  /** Organisation that owns the intelligence. */
  originator: string;
  /** Named need-to-know circle inside the rest; `null` where there is none. */
  compartment: string | null;
}

/** One form for markings that mean the same: order and repetition of codes carry no meaning. */
export function canonicalMarking(marking: Marking): string {
  const set = (codes: string[]): string[] => [...new Set(codes)].sort();
  return JSON.stringify([
    marking.gsc,
    marking.tlp,
    set(marking.handling),
    set(marking.conditions),
    set(marking.releasableTo),
    marking.originator,
    marking.compartment,
  ]);
}

/**
 * The audience of a marking: 52 bits of the hash of its canonical form, a safe integer that every statement in the graph
 * carries, so that rights are worked out once for each marking and never for each row. A collision is refused at append.
 */
export function audienceOf(marking: Marking): number {
  return first52Bits(createHash('sha256').update(canonicalMarking(marking)).digest());
}

/** The first 52 bits of a hash as a safe integer. */
export function first52Bits(hash: Buffer): number {
  return hash.readUIntBE(0, 6) * 16 + (hash.readUInt8(6) >> 4);
}
