import { startRelay } from './bootstrap.js';

try {
  await startRelay();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
