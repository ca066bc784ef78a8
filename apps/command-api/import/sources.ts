import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { csvRecords, type RawRecord } from './csv-records.js';
import { ndjsonColumns, ndjsonRecords } from './ndjson-records.js';
import { ImportRefused } from './row-fault.js';
import { linesOf, type Line } from './text-lines.js';

/** A file of the delivery, on disk or inside a .zip. It is read twice: once to survey, once to send. */
export interface Source {
  /** Without folders: the name that the mapping knows it by. */
  name: string;
  /** Where it lies, for people: `delivery.zip/persons.csv`. */
  place: string;
  open(): Promise<Readable>;
}

/** A source as rows of cells under a head. */
export interface Table {
  source: Source;
  header: string[];
  /** Line that the head stands on; 0 for NDJSON, which has none. */
  rows(): AsyncGenerator<RawRecord[]>;
}

export interface Sources {
  files: Source[];
  close(): void;
}

/** Finds the files, those inside archives included. Two of one name are refused: rows could not be told apart. */
export async function findSources(paths: readonly string[]): Promise<Sources> {
  const archives: ZipFile[] = [];
  const files: Source[] = [];
  const close = (): void => archives.forEach((archive) => archive.close());
  try {
    for (const path of paths) {
      const found = await stat(path).catch(() => undefined);
      if (found === undefined || !found.isFile()) throw new ImportRefused('file.missing', `There is no file ${path}`);
      if (path.toLowerCase().endsWith('.zip')) files.push(...(await filesInArchive(path, archives)));
      else files.push({ name: basename(path), place: path, open: () => Promise.resolve(createReadStream(path)) });
    }
  } catch (error) {
    close();
    throw error;
  }
  const names = files.map((file) => file.name);
  const twice = files.filter((file) => names.indexOf(file.name) !== names.lastIndexOf(file.name));
  if (twice.length === 0) return { files, close };
  close();
  throw new ImportRefused(
    'file.twice',
    'Two files have one name, so their rows could not be told apart:',
    twice.map((file) => file.place),
  );
}

async function filesInArchive(path: string, archives: ZipFile[]): Promise<Source[]> {
  let archive: ZipFile;
  try {
    archive = await promisify<string, object, ZipFile>(yauzl.open)(path, { lazyEntries: true, autoClose: false });
  } catch (error) {
    throw new ImportRefused('file.not-a-zip', `${path} cannot be read as a .zip: ${(error as Error).message}`);
  }
  archives.push(archive);
  const entries: Entry[] = [];
  await new Promise<void>((resolve, reject) => {
    archive.on('entry', (entry: Entry) => {
      if (!entry.fileName.endsWith('/')) entries.push(entry);
      archive.readEntry();
    });
    archive.on('end', resolve);
    archive.on('error', reject);
    archive.readEntry();
  });
  const open = promisify(archive.openReadStream.bind(archive)) as (entry: Entry) => Promise<Readable>;
  return entries.map((entry) => ({
    name: basename(entry.fileName),
    place: `${path}/${entry.fileName}`,
    open: () => open(entry),
  }));
}

/** Opens a source as a table. The head is read now, the rows when they are asked for. */
export async function openTable(source: Source): Promise<Table> {
  if (/\.(?:ndjson|jsonl)$/iu.test(source.name)) {
    const header = await ndjsonColumns(linesIn(source));
    return { source, header, rows: () => ndjsonRows(source, header) };
  }
  const header = await csvHeader(source);
  return { source, header, rows: () => csvRows(source) };
}

/** Lines of a source; a file that cannot be read, or an archive that is damaged, is refused with its place. */
async function* linesIn(source: Source): AsyncGenerator<Line[]> {
  let stream: Readable | undefined;
  try {
    stream = await source.open();
    yield* linesOf(stream);
  } catch (error) {
    throw new ImportRefused('file.unreadable', `${source.place} cannot be read: ${(error as Error).message}`);
  } finally {
    stream?.destroy();
  }
}

async function* ndjsonRows(source: Source, header: string[]): AsyncGenerator<RawRecord[]> {
  yield* ndjsonRecords(linesIn(source), header);
}

async function* csvRows(source: Source): AsyncGenerator<RawRecord[]> {
  let head = true;
  for await (const batch of csvRecords(linesIn(source))) {
    const rows = head ? batch.slice(1) : batch;
    head = head && batch.length === 0;
    if (rows.length > 0) yield rows;
  }
}

async function csvHeader(source: Source): Promise<string[]> {
  for await (const [first] of csvRecords(linesIn(source))) {
    if (first === undefined) continue;
    if ('fault' in first)
      throw new ImportRefused('file.no-head', `The head of ${source.place} cannot be read: ${first.fault.message}`);
    return first.cells.map((cell) => cell.trim());
  }
  throw new ImportRefused('file.empty', `${source.place} is empty: not even a head`);
}
