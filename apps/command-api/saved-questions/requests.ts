import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsObject, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { MAX_SAVED_NAME, SAVABLE_QUESTIONS, type SavableQuestion } from '#events';
import { Part } from '#runtime';
import { PURPOSE, UUID } from '../assertions/limits.js';
import { MarkingRequest } from '../assertions/term-requests.js';
import { PageLimit } from '../page-limit.js';
import { PurposeRequest } from '../permissions/requests.js';

const OPERATION = { message: 'operation must be a code of at most 100 letters, digits, spaces and . _ : / -' };

export class SaveQuestionRequest extends PurposeRequest {
  @ApiProperty({ example: 'operation-tern', description: 'Operation or case that asks it' })
  @Matches(PURPOSE, OPERATION)
  operation: string;

  @ApiProperty({ example: 'northern crossings', maxLength: MAX_SAVED_NAME, description: 'By which it is asked again' })
  @IsString()
  @MaxLength(MAX_SAVED_NAME)
  @Matches(/\S/, { message: 'name must say something' })
  name: string;

  @ApiProperty({ enum: SAVABLE_QUESTIONS })
  @IsIn(SAVABLE_QUESTIONS)
  question: SavableQuestion;

  @ApiProperty({
    type: Object,
    example: { seed: { value: '+44 7700 900101' } },
    description: 'What is sent with the question; checked when it is asked',
  })
  @IsObject()
  terms: Record<string, unknown>;

  @ApiProperty({ type: MarkingRequest, description: 'Who of your organisation may know of it' })
  @Part(() => MarkingRequest)
  marking: MarkingRequest;
}

export class SavedQuery {
  @ApiProperty({ example: 'operation-tern' })
  @Matches(PURPOSE, OPERATION)
  operation: string;

  @PageLimit(50)
  limit = 50;

  @ApiPropertyOptional({ format: 'uuid', description: 'The last one already read' })
  @IsOptional()
  @Matches(UUID, { message: 'after must be the id of a saved question' })
  after?: string;
}
