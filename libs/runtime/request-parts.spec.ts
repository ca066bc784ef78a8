import { plainToInstance } from 'class-transformer';
import { IsString, validateSync, type ValidationError } from 'class-validator';
import { Part, Parts } from './request-parts.js';

class Item {
  @IsString()
  location: string;
}

class Given {
  @Part(() => Item)
  one: Item;

  @Parts(() => Item, { least: 1, most: 2 })
  some: Item[];
}

const ITEM = { location: 'here' };

function refused(given: object): string[] {
  const paths = (error: ValidationError): string[] => [
    ...(error.constraints === undefined ? [] : [error.property]),
    ...(error.children ?? []).flatMap(paths).map((below) => `${error.property}/${below}`),
  ];
  return validateSync(plainToInstance(Given, given)).flatMap(paths);
}

describe('parts of a request', () => {
  it('are held against their own forms', () => {
    expect(refused({ one: ITEM, some: [ITEM, ITEM] })).toEqual([]);
    expect(refused({ one: {}, some: [ITEM, {}] })).toEqual(['one/location', 'some/1/location']);
  });

  it.each([[null], ['text'], [7], [[ITEM]], [undefined]])('%j is no part', (one) => {
    expect(refused({ one, some: [ITEM] })).toContain('one');
  });

  it.each([[null], [ITEM], [[]], [[ITEM, ITEM, ITEM]], [[null]], [['text']], [undefined]])(
    '%j is no list of them',
    (some) => {
      expect(refused({ one: ITEM, some }).join()).toMatch(/^some/);
    },
  );
});
