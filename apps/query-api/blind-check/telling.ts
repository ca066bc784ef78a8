import { setTimeout as wait } from 'node:timers/promises';
import { Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { TellHolders } from './tell-holders.js';

/** Runs {@link TellHolders} in its own rhythm for as long as the app lives. */
export class Telling implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('BlindCheck');
  private readonly stop = new AbortController();
  private going: Promise<void> = Promise.resolve();

  constructor(
    private readonly holders: Pick<TellHolders, 'run'>,
    private readonly everyMs: number,
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
      // What fails is done by the next run: nothing is marked as looked into before its notices are written.
      await this.holders
        .run()
        .catch((error: unknown) => this.logger.warn({ err: error }, 'blind checks wait: the stores do not answer'));
      await wait(this.everyMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
