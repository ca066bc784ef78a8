import { Module } from '@nestjs/common';
import { CategoriesController } from './categories.controller.js';
import { DueList } from './due-list.js';

/** Needs AccessModule beside it, which gives the log and the audiences. */
@Module({ controllers: [CategoriesController], providers: [DueList] })
export class CategoriesModule {}
