/**
 * The three steps from a command to the graph, each beside the bare work that its server has to do: the rows inserted, the
 * records produced, the relationships written. Each step drains what the one before it has left.
 */
import { bareSides } from '../append/bare-sides.js';
import { singleCommands } from '../append/command-sides.js';
import type { Side } from '../harness/rounds.js';
import { rowsOfPart } from '../projector/graph-rows.js';
import { parameterLists } from '../projector/set-based-writers.js';
import type { AppProcess } from '../stack/app-process.js';
import { lastsOf, untilDrained, untilSent } from '../stack/catching-up.js';
import { IN_FLIGHT } from '../stack/commanding.js';
import { openBareProducer } from './bare-kafka.js';
import { eventsAfter, graphRowsOf } from './flow-events.js';
import type { Flow } from './flow.js';

export interface Stage {
  title: string;
  /** The step and its floor. */
  step: Side;
  floor: Side;
}

export interface Stages {
  stages: Stage[];
  close(): Promise<void>;
}

/** Sends one round to warm up; its rows and events are what the floors then write in every round. */
export async function makeStages(flow: Flow, count: number): Promise<Stages> {
  const { relay, projector, log, load, driver, owner, ownerUrl, say } = flow;
  const sending = {
    count,
    inFlight: IN_FLIGHT,
    load,
    caller: { port: flow.commanding.app.port, token: flow.commanding.token },
  };
  const commands = singleCommands(sending);
  const before = await log.positions.published();
  const bare = await bareSides({ kind: 'single', ...sending, owner, ownerUrl, say }, commands);
  await untilSent(log, before + count);
  const events = await eventsAfter(log, before, count);
  const rows = graphRowsOf(events);
  const producer = await openBareProducer(flow.brokers);
  const writer = parameterLists(driver);
  let part = 0;
  const floorOfGraph = async (): Promise<{ events: number }> => {
    await writer.write(rowsOfPart(rows, ++part));
    return { events: rows.length };
  };
  const stages: Stage[] = [
    { title: 'commands', step: heldBack(commands.side, flow), floor: bare.sides[0] as Side },
    {
      title: 'relay',
      step: drains('relay', relay, count, async () => await untilSent(log, await eventsInLog(flow))),
      floor: { name: 'bare produce', run: async () => ({ events: await producer.send(events) }) },
    },
    {
      title: 'projector',
      step: drains('projector', projector, count, async () => await untilDrained(driver, await lastsOf(log))),
      floor: { name: 'bare graph write', run: floorOfGraph },
    },
  ];
  const close = async (): Promise<void> => {
    await Promise.all([bare.close(), producer.close(), writer.close()]);
  };
  return { stages, close };
}

/** Nothing is sent on while commands are measured. */
function heldBack(side: Side, { relay, projector }: Flow): Side {
  return {
    ...side,
    prepare: async (round) => {
      relay.pause();
      projector.pause();
      await side.prepare?.(round);
    },
  };
}

function drains(name: string, app: AppProcess, events: number, until: () => Promise<void>): Side {
  return {
    name,
    run: async () => {
      app.resume();
      await until();
      return { events };
    },
  };
}

/** Positions are dense, so this is also the position that the last of them gets. */
async function eventsInLog({ log }: Flow): Promise<number> {
  const [row] = await log.query<{ events: number }>('SELECT count(*)::int AS events FROM events', []);
  return row?.events ?? 0;
}
