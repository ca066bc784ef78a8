import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { SpillageGuard } from './spillage.guard.js';
import { SpillageList } from './spillage-list.js';
import { SpillagesController } from './spillages.controller.js';

/** Needs AccessModule before it, which gives the log and finds the caller. Its guard stands before the routes of every module. */
@Module({
  controllers: [SpillagesController],
  providers: [SpillageList, { provide: APP_GUARD, useClass: SpillageGuard }],
})
export class SpillagesModule {}
