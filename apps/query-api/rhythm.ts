import { setTimeout as wait } from 'node:timers/promises';
import { Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';

/** Does some work again and again for as long as the app lives. What fails is done by the next run. */
export class Rhythm implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Rhythm');
  private readonly stop = new AbortController();
  private going: Promise<void> = Promise.resolve();

  constructor(
    private readonly work: { run(signal: AbortSignal): Promise<unknown> },
    private readonly everyMs: number,
    /** Said in the log when a run fails. */
    private readonly waiting: string,
  ) {}

  onApplicationBootstrap(): void {
    this.going = this.loop();
  }

  async onModuleDestroy(): Promise<void> {
    this.stop.abort();
    await this.going;
  }

  private async loop(): Promise<void> {
    const { signal } = this.stop;
    while (!signal.aborted) {
      await this.work.run(signal).catch((error: unknown) => this.logger.warn({ err: error }, this.waiting));
      await wait(this.everyMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
