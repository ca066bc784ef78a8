import {
  PositionsMoved,
  type EntityNode,
  type GraphDigest,
  type GraphWrite,
  type PositionNode,
  type StatementWrite,
} from '#graph';
import type { GraphStore } from '../../apps/graph-projector/writing/graph-store.js';

/** A graph that tells its digest, empty at the start of each test. */
export type StoreUnderTest = GraphStore & { digest(): Promise<GraphDigest> };

const P = 'network.events/1/0';
const Q = 'network.events/1/1';
const START: PositionNode[] = [P, Q].map((key) => ({ key, last: 0, event: '', incarnation: 1 }));
const account: EntityNode = { kind: 'account', id: 'a'.repeat(32), key: 'telegram/1' };
const number: EntityNode = { kind: 'phone-number', id: 'b'.repeat(32), key: '+447700900123' };
const other: EntityNode = { kind: 'phone-number', id: 'c'.repeat(32), key: '+447700900124' };

const statement = (pos: number, changes: Partial<StatementWrite> = {}): StatementWrite => ({
  relation: 'USES_NUMBER',
  subject: account,
  object: number,
  pos,
  ref: 2 ** 51 + pos,
  aud: 2 ** 52 - 1,
  org: 4_000_000_000,
  ...changes,
});

const from = (last: number, key = P): PositionNode => ({
  key,
  last,
  event: last === 0 ? '' : `event-${last}`,
  incarnation: 1,
});
const move = (start: PositionNode, last: number): GraphWrite['moves'][number] => ({
  from: start,
  to: { last, event: `event-${last}` },
});
const write = (changes: Partial<GraphWrite>): GraphWrite => ({
  moves: [move(from(0), 1)],
  statements: [],
  withdrawals: [],
  regrades: [],
  parked: [],
  ...changes,
});
const withdrawal = (pos: number, of: StatementWrite): GraphWrite['withdrawals'][number] => ({
  relation: of.relation,
  subject: of.subject,
  object: of.object,
  ref: of.ref,
  i: of.i ?? 0,
  pos,
});

const regrade = (of: StatementWrite, aud: number, how?: number): GraphWrite['regrades'][number] => ({
  relation: of.relation,
  subject: of.subject,
  object: of.object,
  ref: of.ref,
  i: of.i ?? 0,
  aud,
  ...(how !== undefined && { how }),
});

/** What every graph store must do. `open` gives an empty one. */
export function graphStoreContract(open: () => Promise<StoreUnderTest>): void {
  let store: StoreUnderTest;
  const lasts = async (): Promise<number[]> => (await store.readMarks()).positions.map(({ last }) => last);
  const digestOf = async (...writes: GraphWrite[]): Promise<string> => {
    const fresh = await open();
    await fresh.addPositions(START);
    for (const each of writes) await fresh.apply(each);
    return (await fresh.digest()).hash;
  };

  beforeEach(async () => {
    store = await open();
    await store.addPositions(START);
  });

  it('takes statements and moves the position in one step', async () => {
    await store.apply(write({ statements: [statement(1), statement(1, { i: 1, object: other })] }));
    expect(await lasts()).toEqual([1, 0]);
    expect(await store.digest()).toMatchObject({ entities: 3, statements: 2 });
  });

  it('makes the same graph of a write at once and one by one, whichever ends its statements meet in', async () => {
    const node = (kind: EntityNode['kind'], n: number): EntityNode => ({
      kind,
      id: `${kind}${n}`.padEnd(32, '0').slice(0, 32),
      key: `${kind}/${n}`,
    });
    const shapes: [subjects: number, objects: number][] = [
      [1, 9],
      [9, 1],
      [3, 3],
      [9, 9],
    ];
    for (const [subjects, objects] of shapes) {
      const statements = Array.from({ length: 9 }, (_, n) =>
        statement(n + 1, {
          subject: node('account', n % subjects),
          object: node('phone-number', Math.floor((n * objects) / 9)),
        }),
      );
      const oneByOne = statements.map((each, n) => write({ moves: [move(from(n), n + 1)], statements: [each] }));
      expect(await digestOf(write({ moves: [move(from(0), 9)], statements }))).toBe(await digestOf(...oneByOne));
    }
  });

  it('takes nothing of a write that begins where the graph no longer is', async () => {
    await store.apply(write({ statements: [statement(1)] }));
    const before = await store.digest();
    await expect(store.apply(write({ statements: [statement(1)] }))).rejects.toThrow(PositionsMoved);
    const half = write({ moves: [move(from(1), 2), move(from(5, Q), 6)], statements: [statement(2)] });
    await expect(store.apply(half)).rejects.toThrow(PositionsMoved);
    expect(await store.digest()).toEqual(before);
    expect(await lasts()).toEqual([1, 0]);
  });

  it('takes one of two writes that begin at the same place at the same time', async () => {
    for (let round = 0; round < 10; round++) {
      const same = write({
        moves: [move(from(round), round + 1), move({ ...from(round, Q), event: from(round).event }, round + 1)],
        statements: [statement(round + 1)],
      });
      const outcomes = await Promise.allSettled([store.apply(same), store.apply(same), store.apply(same)]);
      const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
      expect(refused).toEqual([expect.any(PositionsMoved), expect.any(PositionsMoved)]);
    }
    expect((await store.digest()).statements).toBe(10);
  });

  it('refuses a write of another history, and one from another event at the same position', async () => {
    await store.apply(write({ statements: [statement(1)] }));
    const history = write({ moves: [{ from: { ...from(1), incarnation: 2 }, to: { last: 2, event: 'x' } }] });
    const event = write({ moves: [{ from: { ...from(1), event: 'another' }, to: { last: 2, event: 'x' } }] });
    await expect(store.apply(history)).rejects.toThrow(PositionsMoved);
    await expect(store.apply(event)).rejects.toThrow(PositionsMoved);
  });

  it('ends a statement once, and says how many withdrawals met none', async () => {
    const said = statement(1);
    await store.apply(write({ statements: [said] }));
    const first = write({ moves: [move(from(1), 2)], withdrawals: [withdrawal(2, said)] });
    const second = write({ moves: [move(from(2), 3)], withdrawals: [withdrawal(3, said)] });
    expect(await store.apply(first)).toEqual({ notFound: 0 });
    expect(await store.apply(second)).toEqual({ notFound: 1 });
    const atOnce = write({
      moves: [move(from(0), 3)],
      statements: [said],
      withdrawals: [withdrawal(2, said), withdrawal(3, said)],
    });
    expect((await store.digest()).hash).toBe(await digestOf(atOnce));
  });

  it('ends what was said before and not what is said anew, at once and one by one', async () => {
    const nothingThere = { ...withdrawal(4, statement(9)), ifAny: true as const };
    expect(await store.apply(write({ withdrawals: [nothingThere] }))).toEqual({ notFound: 0 });
    const ref = 7;
    const [first, second, third] = [statement(1, { ref }), statement(2, { ref }), statement(3, { ref })] as const;
    const again = (pos: number, of: StatementWrite): Partial<GraphWrite> => ({
      moves: [move(from(pos - 1), pos)],
      statements: [of],
      withdrawals: [withdrawal(pos, of)],
    });
    const oneByOne = [write({ statements: [first] }), write(again(2, second)), write(again(3, third))];
    const { DigestSum } = await import('#graph');
    const sum = new DigestSum();
    for (const end of [account, number]) sum.entity(end);
    for (const [{ relation, subject, object, ...facts }, gone] of [
      [first, { gone: 2 }],
      [second, { gone: 3 }],
      [third, {}],
    ] as const)
      sum.statement({ relation, subject: subject.id, object: object.id, facts: { ...facts, ...gone } });
    expect(await digestOf(...oneByOne)).toBe(sum.result().hash);
    const atOnce = write({
      moves: [move(from(0), 3)],
      statements: [first, second, third],
      withdrawals: [withdrawal(2, second), withdrawal(3, third)],
    });
    expect(await digestOf(atOnce)).toBe(sum.result().hash);
  });

  it('regrades a statement, withdrawn or not: the last audience counts, and every later grading is kept in order', async () => {
    const said = statement(1, { how: 18 });
    const ended = statement(1, { i: 1, object: other });
    await store.apply(write({ statements: [said, ended], withdrawals: [withdrawal(2, ended)] }));
    const first = [regrade(said, 11, 4096), regrade(ended, 11), regrade(statement(9), 11)];
    expect(await store.apply(write({ moves: [move(from(1), 2)], regrades: first }))).toEqual({ notFound: 1 });
    await store.apply(
      write({ moves: [move(from(2), 3)], regrades: [regrade(said, 12, 8192), regrade(ended, 12, 8193)] }),
    );
    const { DigestSum } = await import('#graph');
    const sum = new DigestSum();
    for (const end of [account, number, other]) sum.entity(end);
    for (const [{ relation, subject, object, ...facts }, changes] of [
      [said, { hows: [4096, 8192] }],
      [ended, { hows: [8193], gone: 2 }],
    ] as const)
      sum.statement({ relation, subject: subject.id, object: object.id, facts: { ...facts, aud: 12, ...changes } });
    expect(await store.digest()).toEqual(sum.result());
    const atOnce = write({
      moves: [move(from(0), 3)],
      statements: [said, ended],
      withdrawals: [withdrawal(2, ended)],
      regrades: [...first, regrade(said, 12, 8192), regrade(ended, 12, 8193)],
    });
    expect(await digestOf(atOnce)).toBe(sum.result().hash);
  });

  it('keeps every kind of value as it was given', async () => {
    const values = [0, -1.5, 1e300, 2 ** 53, true, false, 'été \u0000 😀', ''];
    const literals = values.map((val, i) =>
      statement(1, { relation: 'STATED', object: account, i: i + 1, prop: 'p', val, unit: 'kg' }),
    );
    const whole = statement(1, {
      i: 9,
      how: 403,
      src: 2 ** 52 - 1,
      from: -62_135_596_800,
      to: 253_402_300_800,
      conf: 0,
      n: 999_999_999,
      cat: 5,
      role: 15,
    });
    const all = write({ statements: [...literals, whole] });
    await store.apply(all);
    const { DigestSum } = await import('#graph');
    const sum = new DigestSum();
    for (const end of [account, number]) sum.entity(end);
    for (const { relation, subject, object, ...facts } of all.statements)
      sum.statement({ relation, subject: subject.id, object: object.id, facts });
    expect(await store.digest()).toEqual(sum.result());
  });

  it('projects a stream anew: what it had said goes, and entities that nobody else names', async () => {
    const mine = statement(1, { ref: 7, object: other });
    const shared = statement(2, { ref: 8 });
    const parked = {
      position: 3,
      stream: 'assertion-7',
      streamVersion: 2,
      partition: P,
      type: 'assertion.made',
      code: 'x',
      reason: 'y',
    };
    await store.apply(write({ moves: [move(from(0), 3)], statements: [mine, shared], parked: [parked] }));
    const removals = [{ relation: mine.relation, subject: account.id, object: other.id, ref: 7 }];
    const discarded = [{ stream: 'assertion-7', streamVersion: 1 }];
    await store.apply(write({ moves: [move(from(3), 4)], anew: { streams: ['assertion-7'], removals, discarded } }));
    expect(await store.digest()).toMatchObject({ entities: 2, statements: 1, parked: 0, discarded: 1 });
    expect(await store.readMarks()).toMatchObject({ parked: [], discarded });
  });

  it('keeps a position that exists, and changes generations in one step', async () => {
    await store.apply(write({}));
    await store.addPositions(START);
    expect(await lasts()).toEqual([1, 0]);
    const next = [{ ...from(1, 'network.events/2/0'), event: 'event-1' }];
    await store.replacePositions([from(1), from(0, Q)], next);
    expect((await store.readMarks()).positions).toEqual(next);
  });

  it('is fenced against every other writer from the first moment of a wipe to its end', async () => {
    await store.apply(write({ statements: [statement(1)] }));
    await store.beginWipe();
    expect(await store.wipeIsOpen()).toBe(true);
    await expect(store.apply(write({ moves: [move(from(1), 2)] }))).rejects.toThrow(PositionsMoved);
    await store.finishWipe(START);
    expect(await store.wipeIsOpen()).toBe(false);
    expect(await store.digest()).toMatchObject({ entities: 0, statements: 0 });
    expect(await lasts()).toEqual([0, 0]);
  });
}
