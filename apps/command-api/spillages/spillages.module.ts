import { Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { SpillageInterceptor } from './spillage.interceptor.js';
import { SpillageList } from './spillage-list.js';
import { SpillagesController } from './spillages.controller.js';

/** Needs AccessModule beside it, which gives the log. Its interceptor stands before the routes of every module. */
@Module({
  controllers: [SpillagesController],
  providers: [SpillageList, { provide: APP_INTERCEPTOR, useClass: SpillageInterceptor }],
})
export class SpillagesModule {}
