/** POLE beside a plain search over its files. Ends with one line of JSON. */
import { QuestionBed } from '../../bench/queries/question-bed.js';
import { knownAnswers } from './known-answers.js';

const EXTENT = process.argv.includes('--ci') ? { pairs: 150, some: 50 } : { pairs: 3_000, some: 2_000 };
const FAULTS_TOLD = 20;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function prove(data: string): Promise<boolean> {
  const bed = await QuestionBed.open(say);
  try {
    const asker = await bed.asker();
    const stand = {
      say: (said: Parameters<typeof bed.say>[0]) => bed.say(said),
      ask: (question: string, terms: object) => asker.ask(question, terms),
    };
    const { faults, ...proved } = await knownAnswers(stand, data, EXTENT);
    asker.close();
    for (const fault of faults.slice(0, FAULTS_TOLD)) say(`! ${fault}`);
    say(JSON.stringify({ ...proved, faults: faults.length }));
    return proved.ok;
  } finally {
    await bed.close();
  }
}

const data = process.env['BREAKWATER_DATA'];
if (data === undefined) {
  process.stderr.write('BREAKWATER_DATA must name the folder with the POLE data.\n');
  process.exit(2);
}
process.exit((await prove(data)) ? 0 : 1);
