/** A small app with a fault for every occasion, to specify what all apps do at their edge. */
import { Body, Controller, Get, Module, Param, Post, Query } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, ValidateNested } from 'class-validator';
import { Problem, currentTrace, type ErrorKind } from '#runtime';

class Part {
  @ApiProperty()
  @IsInt()
  count: number;
}

class Note {
  @ApiProperty()
  @IsString()
  @MaxLength(20)
  text: string;

  @ApiProperty({ type: [Part] })
  @ValidateNested({ each: true })
  @Type(() => Part)
  parts: Part[];
}

class Page {
  @ApiProperty()
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Max(100)
  limit?: number;
}

const thrown: Record<string, () => unknown> = {
  bug: () => new TypeError('secret internals'),
  driver: () =>
    Object.assign(new Error('duplicate key'), {
      statusCode: 400,
      code: '23505',
      detail: 'Key (number)=(+447700900123)',
    }),
};

@Controller('v1')
export class NotesController {
  private release: () => void = () => undefined;

  @Post('notes')
  take(@Body() note: Note): unknown {
    return {
      isNote: note instanceof Note,
      isPart: note.parts.every((part) => part instanceof Part),
      trace: currentTrace(),
    };
  }

  @Get('notes/:id')
  find(@Param('id') id: string, @Query() page: Page): unknown {
    return { id, ...page };
  }

  @Get('fails/:how')
  fail(@Param('how') how: string): never {
    throw thrown[how]?.() ?? new Problem(how as ErrorKind, 'some.code', 'what is wrong and what to do');
  }

  @Get('slow')
  slow(): Promise<string> {
    return new Promise((resolve) => {
      this.release = () => resolve('done');
    });
  }

  @Post('release')
  finish(): void {
    this.release();
  }
}

@Module({ controllers: [NotesController] })
export class NotesModule {}
