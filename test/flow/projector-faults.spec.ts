import { GraphRefusal, GraphUnavailable, howAt, unpackHow, type GraphWrite } from '#graph';
import { rebuild, type RebuildReport } from '../../apps/graph-projector/graph/rebuild.js';
import { Projector } from '../../apps/graph-projector/projector.js';
import { openProjection } from '../../apps/graph-projector/session/open-projection.js';
import { Projection } from '../../apps/graph-projector/session/projection.js';
import type { Turn } from '../../apps/graph-projector/turn.js';
import { HeedlessIntake, intakeOf, TrustingIntake, UnfencedStore } from '../support/graph-projector/broken.js';
import { InMemoryStore } from '../support/graph-projector/in-memory-store.js';
import { interleave } from '../support/graph-projector/interleaving.js';
import { seeded, writeHistory } from '../support/graph-projector/histories.js';
import { expectedDigest, idOf, listeningWatch, play, settled, type Told } from '../support/graph-projector/play.js';
import { ScriptedSource } from '../support/graph-projector/scripted-source.js';
import { SimulatedLog } from '../support/graph-projector/simulated-log.js';
import {
  decideDiscard,
  decideReplay,
  mend,
  regraded,
  streamOf,
  tell,
  UNREADABLE,
  uses,
  usesNoLonger,
} from '../support/graph-projector/stories.js';

const inOrder = (log: SimulatedLog) => [...log.publish().values()].flat();
const newLog = (): SimulatedLog => new SimulatedLog({ 'network.events': 3 });
const alwaysOurs: Turn = { during: async (stop, work) => await work(stop) };
const silent: RebuildReport = { ...listeningWatch().watch, step: () => undefined, filled: () => undefined };

describe('a projection', () => {
  let log: SimulatedLog;
  let graph: InMemoryStore;
  const stores = () => ({ log, graph, idOf });
  const agrees = async (): Promise<boolean> => (await graph.digest()).hash === (await expectedDigest(stores()));
  const parked = async (): Promise<number[]> => (await graph.readMarks()).parked.map(({ position }) => position);

  beforeEach(() => {
    log = newLog();
    graph = new InMemoryStore();
  });

  it('lets a message that comes twice take effect once; a reader that trusts the transport is caught', async () => {
    for (let n = 1; n <= 5; n++) tell(log, n, uses(n));
    const twice = inOrder(log).flatMap((record) => [record, record]);
    await play(stores(), { records: [...twice, ...twice], most: 3 });
    expect(await agrees()).toBe(true);
    graph = new InMemoryStore();
    await play(stores(), { records: twice, most: 3, intakeOf: intakeOf(TrustingIntake) });
    expect(await agrees()).toBe(false);
  });

  it('parks only the stream of an event that nobody can read, once, and what stands behind it', async () => {
    for (let n = 1; n <= 5; n++) tell(log, n, uses(n));
    const poison = tell(log, 3, UNREADABLE);
    const behind = tell(log, 3, usesNoLonger(3));
    for (let n = 1; n <= 5; n++) if (n !== 3) tell(log, n, usesNoLonger(n));
    const told = await play(stores(), { records: inOrder(log) });
    expect(told.parked).toEqual([
      { position: poison, code: 'event.undecodable', reason: expect.stringContaining('JSON') as string },
    ]);
    expect(await parked()).toEqual([poison, behind]);
    expect(graph.stored().filter(({ facts }) => facts.gone !== undefined)).toHaveLength(4);
    expect(await agrees()).toBe(true);
    await play(stores(), { records: inOrder(log) });
    expect(await parked()).toEqual([poison, behind]);
  });

  it('parks a date that does not exist, and nothing of the assertion that has it', async () => {
    const body = uses(1);
    const dated = { ...body, data: JSON.parse(JSON.stringify(body.data).replace('2026-03', '2026-02-30')) as unknown };
    tell(log, 1, dated);
    const told = await play(stores(), { records: inOrder(log) });
    expect(told.parked).toMatchObject([{ code: 'time.invalid' }]);
    expect(graph.stored()).toEqual([]);
  });

  it('brings a parked stream back in order after its cause was mended and a replay decided', async () => {
    tell(log, 1, uses(1));
    const poison = tell(log, 2, UNREADABLE);
    tell(log, 2, usesNoLonger(2));
    await play(stores(), { records: inOrder(log) });
    expect(await parked()).toHaveLength(2);
    decideReplay(log, 2);
    await play(stores(), { records: inOrder(log) });
    expect(await parked()).toHaveLength(2); // nothing was mended yet: parked again
    mend(log, poison, uses(2));
    decideReplay(log, 2);
    tell(log, 2, usesNoLonger(2));
    await play(stores(), { records: inOrder(log) });
    expect(await parked()).toEqual([]);
    expect(graph.stored()).toHaveLength(4);
    expect(await agrees()).toBe(true);
  });

  it('gives all statements of a regraded assertion the new audience, and keeps the first grading beside the later ones', async () => {
    tell(log, 1, uses(1));
    tell(log, 1, usesNoLonger(1));
    const narrowed = tell(log, 1, regraded(1), { releasableTo: ['group-a'], grading: null });
    const graded = tell(log, 1, regraded(1), { grading: { scheme: '3x5x2', source: '3', information: 'E' } });
    tell(log, 2, uses(2));
    await play(stores(), { records: inOrder(log), most: 2 });
    const [first, second, other] = graph.stored().map(({ facts }) => facts);
    expect(first).toMatchObject({ gone: 2, aud: other?.aud, how: other?.how });
    expect(second?.aud).toBe(other?.aud); // widened again: the same marking as in the beginning
    const seen = (position: number) => unpackHow(howAt(second?.how ?? null, second?.hows, position)).grading;
    expect([narrowed, graded].map(seen)).toMatchObject([{ information: 'B' }, { source: '3', information: 'E' }]);
    expect(await agrees()).toBe(true);
  });

  it('keeps a regrade that stands behind a parked event waiting with it', async () => {
    tell(log, 1, uses(1));
    const poison = tell(log, 1, UNREADABLE);
    const waiting = tell(log, 1, regraded(1), { releasableTo: ['group-a'] });
    await play(stores(), { records: inOrder(log) });
    const before = graph.stored().map(({ facts }) => facts.aud);
    expect(await parked()).toEqual([poison, waiting]);
    decideDiscard(log, 1, 2);
    await play(stores(), { records: inOrder(log) });
    expect(await parked()).toEqual([]);
    expect(graph.stored().map(({ facts }) => facts.aud)).not.toEqual(before);
    expect(await agrees()).toBe(true);
  });

  it('gives discarded events no effect, whether they arrive before the decision or after it', async () => {
    tell(log, 1, uses(1));
    const poison = tell(log, 1, UNREADABLE);
    tell(log, 1, usesNoLonger(1));
    tell(log, 2, uses(2));
    tell(log, 2, usesNoLonger(2));
    decideDiscard(log, 1, 2);
    decideDiscard(log, 2, 1);
    const before = inOrder(log);
    const after = [...before].sort(
      (one, other) => Number(other.topic === 'organisation.events') - Number(one.topic === 'organisation.events'),
    );
    const digests = [];
    for (const records of [before, after]) {
      graph = new InMemoryStore();
      await play(stores(), { records });
      expect(await parked()).toEqual([]);
      expect(graph.stored().map(({ facts }) => facts.pos)).toEqual([1, 1]);
      digests.push(await graph.digest(), await agrees());
    }
    expect(digests).toEqual([digests[0], true, digests[0], true]);
    expect(poison).toBe(2);
  });

  it('notices a missing record and reads it from the log; a reader of "position > last" is caught', async () => {
    for (let n = 1; n <= 12; n++) tell(log, n, uses(n));
    const whole = [...log.publish().values()].find((records) => records.length > 3) ?? [];
    const missing = whole[1];
    const records = inOrder(log).filter((record) => record !== missing);
    const told = await play(stores(), { records });
    expect(told.gaps).toMatchObject([{ kind: 'hole', from: missing?.previous }]);
    expect(await agrees()).toBe(true);
    graph = new InMemoryStore();
    await play(stores(), { records, intakeOf: intakeOf(HeedlessIntake) });
    expect(await agrees()).toBe(false);
  });

  it('notices a lost tail, which no later record can show', async () => {
    for (let n = 1; n <= 12; n++) tell(log, n, uses(n));
    const records = inOrder(log);
    const told = await play(stores(), { records: records.slice(0, 4) });
    expect(told.gaps.map(({ kind }) => kind)).toContain('tail');
    expect(await agrees()).toBe(true);
    const heedless = play(
      { ...stores(), graph: new InMemoryStore() },
      { records: records.slice(0, 4), intakeOf: intakeOf(HeedlessIntake), limitMs: 300 },
    );
    await expect(heedless).rejects.toThrow('did not reach the end');
  });

  it('makes up what a graph lacks that was restored from an older copy', async () => {
    writeHistory(log, { seed: 5, streams: 10, poison: 5 });
    const records = inOrder(log);
    await play(stores(), { records, stopAfter: 8, most: 4 });
    const older = graph.copy();
    await play(stores(), { records });
    const live = await graph.digest();
    graph.putBack(older);
    await play(stores(), { records: [] });
    expect(await graph.digest()).toEqual(live);
  });

  it('notices an older copy of the graph that is put back under it, also when nothing is sent any more', async () => {
    writeHistory(log, { seed: 5, streams: 10, poison: 5 });
    const older = graph.copy();
    const { watch } = listeningWatch();
    const open = await openProjection(stores(), watch);
    const source = new ScriptedSource(open.intake.places());
    const stop = new AbortController();
    const running = new Projection(stores(), open, () => source, watch, 2).run(stop.signal);
    const ended = running.catch((error: unknown) => error);
    source.bring(inOrder(log));
    await settled(stores(), stop);
    graph.putBack(older);
    expect(await ended).toMatchObject({ code: 'graph.positions-moved' });
    await play(stores(), { records: [] });
    expect(await agrees()).toBe(true);
  });

  it('reads everything again when offsets are wiped, and nothing takes effect twice', async () => {
    writeHistory(log, { seed: 6, streams: 10, poison: 5, decisions: 20 });
    await play(stores(), { records: inOrder(log) });
    const live = await graph.digest();
    for (let n = 90; n < 95; n++) tell(log, n, uses(n));
    const told = await play(stores(), { records: inOrder(log) });
    expect(told.gaps).toEqual([]);
    expect(await agrees()).toBe(true);
    expect(await graph.digest()).not.toEqual(live);
  });

  it('goes on in the next generation of a topic, with what the old one still had to bring', async () => {
    writeHistory(log, { seed: 7, streams: 10 });
    const old = inOrder(log);
    await play(stores(), { records: old, stopAfter: 5, most: 5 });
    log.repartition('network.events', 5);
    for (let n = 90; n < 99; n++) tell(log, n, uses(n));
    const records = inOrder(log).filter(({ generation, topic }) => generation === 2 || topic !== 'network.events');
    const told = await play(stores(), { records });
    expect(told.gaps).toEqual([]);
    expect((await graph.readMarks()).positions.filter(({ key }) => key.startsWith('network.events/1'))).toEqual([]);
    expect(await agrees()).toBe(true);
  });

  it('drops records of an older history', async () => {
    tell(log, 1, uses(1));
    const stale = inOrder(log).map((record) => ({ ...record, incarnation: 0 }));
    const told = await play(stores(), { records: stale });
    expect(told.dropped).toBe(stale.length);
    expect(await agrees()).toBe(true);
  });

  it('never doubles beside a zombie of itself; a writer that trusts its lease is caught', async () => {
    writeHistory(log, { seed: 8, streams: 30 });
    const records = inOrder(log);
    const beside = async (store: InMemoryStore): Promise<unknown[]> => {
      const two = [1, 2].map(async () => await play({ log, graph: store, idOf }, { records, most: 5 }));
      return (await Promise.allSettled(two)).flatMap((outcome) =>
        outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
      );
    };
    const stopped = await beside(graph);
    expect(stopped).toMatchObject([{ code: 'graph.positions-moved' }]);
    expect(await agrees()).toBe(true);
    graph = new UnfencedStore();
    await beside(graph);
    expect(await agrees()).toBe(false);
  });

  it('is filled by a rebuild as it was filled live, also when the rebuild is killed and the projector finishes it', async () => {
    writeHistory(log, { seed: 9, streams: 20, poison: 10, decisions: 20 });
    await play(stores(), { records: interleave(log.publish(), seeded(9)) });
    const live = await graph.digest();
    await rebuild(stores(), alwaysOurs, silent, new AbortController().signal);
    expect(await graph.digest()).toEqual(live);
    await graph.beginWipe(); // and killed there
    await play(stores(), { records: [] });
    expect(await graph.digest()).toEqual(live);
  });
});

describe('a projector', () => {
  let log: SimulatedLog;
  let graph: FaultyStore;
  let told: Told;
  let projector: Projector;
  let running: Promise<void>;
  let source: ScriptedSource;

  /** A store that can be away, or refuse what somebody planted. */
  class FaultyStore extends InMemoryStore {
    away = false;
    refused = -1;

    override probe(): Promise<void> {
      return this.away ? Promise.reject(new GraphUnavailable('away')) : super.probe();
    }

    override async apply(write: GraphWrite): Promise<{ notFound: number }> {
      if (this.away) throw new GraphUnavailable('away');
      if (write.statements.some(({ pos }) => pos === this.refused))
        throw new GraphRefusal('graph.refused', 'the graph store refused');
      return await super.apply(write);
    }
  }

  const stores = () => ({ log, graph, idOf });
  const drained = async (): Promise<void> => await settled(stores(), new AbortController());

  beforeEach(async () => {
    log = newLog();
    graph = new FaultyStore();
    const listening = listeningWatch();
    told = listening.told;
    const topics = await log.topics();
    source = new ScriptedSource(
      topics.flatMap(({ topic, generation, partitions }) =>
        partitions.map(({ partition }) => ({ topic, generation, partition })),
      ),
    );
    projector = new Projector({
      stores: stores(),
      turn: alwaysOurs,
      openSource: () => Promise.resolve(source),
      watch: listening.watch,
    });
    running = projector.run();
  });

  afterEach(async () => {
    projector.stop();
    await running;
  });

  const until = async (what: string, holds: () => boolean): Promise<void> => {
    for (const limit = Date.now() + 10_000; !holds(); await new Promise((resolve) => setTimeout(resolve, 5)))
      if (Date.now() > limit) throw new Error(`waited in vain: ${what}`);
  };

  it('waits for a store that is away, parks nothing, and loses nothing', async () => {
    graph.away = true;
    writeHistory(log, { seed: 10, streams: 20 });
    source.bring(inOrder(log));
    await until('an interruption', () => told.interrupted.length > 1);
    expect(told.states).toContain('waiting');
    graph.away = false;
    await drained();
    expect((await graph.readMarks()).parked).toEqual([]);
    expect(told.gaps).toEqual([]);
    expect((await graph.digest()).hash).toBe(await expectedDigest(stores()));
  });

  it("finds the one event that a working store refuses, and parks it with the code and without the store's words", async () => {
    for (let n = 1; n <= 40; n++) tell(log, n, uses(n));
    graph.refused = 23;
    source.bring(inOrder(log));
    await drained();
    expect(told.parked).toEqual([{ position: 23, code: 'store.refused', reason: 'the graph store refused' }]);
    expect(told.halved).toBeGreaterThan(1);
    expect(
      graph
        .stored()
        .map(({ facts }) => facts.pos)
        .filter((pos) => pos === 23),
    ).toEqual([]);
    expect(graph.stored()).toHaveLength(78);
    graph.refused = -1;
    decideReplay(log, 23);
    source.bring(inOrder(log).slice(-1));
    await drained();
    expect(graph.stored()).toHaveLength(80);
    expect((await graph.digest()).hash).toBe(await expectedDigest(stores()));
  });

  it('keeps a stream parked that is refused again on replay', async () => {
    for (let n = 1; n <= 4; n++) tell(log, n, uses(n));
    graph.refused = 2;
    source.bring(inOrder(log));
    await drained();
    decideReplay(log, 2);
    source.bring(inOrder(log).slice(-1));
    await drained();
    expect((await graph.readMarks()).parked).toMatchObject([{ stream: streamOf(2), code: 'store.refused' }]);
    expect((await graph.digest()).hash).toBe(await expectedDigest(stores()));
  });

  it('stops for another history, and goes on once a rebuild has made the graph anew', async () => {
    tell(log, 1, uses(1));
    source.bring(inOrder(log));
    await drained();
    log.history = 2;
    tell(log, 2, uses(2));
    source.bring(
      inOrder(log)
        .slice(-1)
        .map((record) => ({ ...record, incarnation: 2 })),
    );
    await until('the stop', () => told.states.at(-1) === 'other-history');
    expect(graph.stored()).toHaveLength(2);
    await rebuild(stores(), alwaysOurs, silent, new AbortController().signal);
    await until('the next stretch', () => told.states.at(-1) === 'projecting');
    tell(log, 3, uses(3));
    source.bring(inOrder(log));
    await drained();
    expect(graph.stored()).toHaveLength(6);
    expect((await graph.digest()).hash).toBe(await expectedDigest(stores()));
  });

  it('notices a copy of the log that changed no incarnation, by the event at its last position', async () => {
    tell(log, 1, uses(1));
    source.bring(inOrder(log));
    await drained();
    const [row] = log.rows;
    if (row !== undefined) row.id = '0193a1f2-7c00-7000-8000-0000000000ff';
    graph.away = true; // and back: histories are compared whenever a store was away
    tell(log, 2, uses(2));
    source.bring(inOrder(log).slice(-1));
    await until('the outage', () => told.states.at(-1) === 'waiting');
    graph.away = false;
    await until('the stop', () => told.states.at(-1) === 'other-history');
  });
});
