/** Kafka: one node that is broker and controller (KRaft), on 127.0.0.1 only, topics never made by accident. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { JvmArguments } from './jvm.js';
import type { Place } from './place.js';
import type { Java } from './prerequisites.mjs';
import { probeKafka } from './probes.js';
import { runToEnd } from './run-to-end.js';
import { ServerProcess } from './server-process.js';

const START_WITHIN_MS = 180_000; // on a very busy machine; 3 s on an idle one
const STOP_WITHIN_MS = 15_000;

export interface KafkaOptions {
  heapMb: number;
  quick: boolean;
}

const LOGGING = `status = error
appender.out.type = Console
appender.out.name = out
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d{ISO8601} %-5p %c{1} %m%n
rootLogger.level = warn
rootLogger.appenderRef.out.ref = out
`;

function properties(logFolder: string, port: number, controllerPort: number): string {
  const settings: Record<string, string | number> = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': logFolder,
    'auto.create.topics.enable': 'false',
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 4,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'share.coordinator.state.topic.num.partitions': 1,
    'group.initial.rebalance.delay.ms': 0,
    // A broker that was killed holds its old registration until this time is over: 4 s to recover instead of 12.
    'broker.session.timeout.ms': 2_000,
    'broker.heartbeat.interval.ms': 500,
    'log.cleaner.dedupe.buffer.size': 4 * 1024 * 1024, // the default alone would be a quarter of the heap
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${String(value).replaceAll('\\', '\\\\')}\n`)
    .join('');
}

function clusterId(): string {
  // Neither Kafka's own tool nor its command line takes an id that starts like an option.
  for (;;) {
    const id = randomBytes(16).toString('base64url');
    if (!id.startsWith('-')) return id;
  }
}

async function format(java: Java, place: Place, jars: string, ports: [number, number]): Promise<void> {
  const unfinished = join(place.folder, `logs.new-${process.pid}`);
  const config = join(place.folder, 'format.properties');
  writeFileSync(config, properties(unfinished, ...ports));
  const classPath = join(jars, '*');
  const run = await runToEnd(java.command, [
    '-Xmx256m',
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-cp',
    classPath,
    'kafka.tools.StorageTool',
    'format',
    '-t',
    clusterId(),
    '-c',
    config,
  ]);
  if (!run.ok) throw new Error(`Kafka's data folder could not be made in ${place.folder}: ${run.output}`);
  renameSync(unfinished, join(place.folder, 'logs'));
}

/** Prepares the data folder and describes the server; start() is the caller's. */
export async function kafkaServer(
  place: Place,
  java: Java,
  jars: string,
  ports: [number, number],
  options: KafkaOptions,
): Promise<{ server: ServerProcess; brokers: string[] }> {
  mkdirSync(place.folder, { recursive: true });
  const logs = join(place.folder, 'logs');
  if (!existsSync(logs)) await format(java, place, jars, ports);
  rmSync(join(place.folder, 'format.properties'), { force: true });
  const config = join(place.folder, 'server.properties');
  const logging = join(place.folder, 'log4j2.properties');
  writeFileSync(config, properties(logs, ...ports));
  writeFileSync(logging, LOGGING);
  const jvm = new JvmArguments(join(place.folder, 'jvm.args'), {
    java,
    jars,
    quick: options.quick,
    options: [`-Xmx${options.heapMb}m`, '-XX:+ExitOnOutOfMemoryError', `-Dlog4j2.configurationFile=${logging}`],
  });
  const brokers = [`127.0.0.1:${ports[0]}`];
  const server = new ServerProcess({
    name: 'Kafka',
    command: java.command,
    args: [jvm.argument, 'kafka.Kafka', config],
    cwd: place.folder,
    logFile: place.logFile,
    mark: config,
    beforeStart: () => jvm.write(),
    afterEnd: (wasKilled) => jvm.ended(wasKilled),
    probe: async () => await probeKafka(brokers),
    stopSignal: 'SIGTERM',
    startWithinMs: START_WITHIN_MS,
    stopWithinMs: () => jvm.stopWithinMs(place.ephemeral ? 0 : STOP_WITHIN_MS),
  });
  return { server, brokers };
}
