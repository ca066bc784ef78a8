import { startTimekeeper } from './bootstrap.js';

try {
  await startTimekeeper();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
