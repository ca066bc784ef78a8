import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';

/** How much a page of a list may hold. */
const MAX_PAGE = 200;

/** `limit` of a page: a whole number from 1 to `most`; the field's own value where it is left out. */
export function PageLimit(usual: number, most = MAX_PAGE): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ type: Number, minimum: 1, maximum: most, default: usual }),
    Type(() => Number),
    IsInt(),
    Min(1),
    Max(most),
  );
}
