import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { ForgetQuestionHandler, SaveQuestionHandler } from './change-saved.js';
import { SavedQuestionsController } from './saved-questions.controller.js';

/** Needs AccessModule beside it, which gives the log and the audiences. */
@Module({
  imports: [CqrsModule],
  controllers: [SavedQuestionsController],
  providers: [SaveQuestionHandler, ForgetQuestionHandler],
})
export class SavedQuestionsModule {}
