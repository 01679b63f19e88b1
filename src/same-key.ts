import type { Contract } from './contract.js'

/** Whether rows of two relations have the same key. Parts of it that may be null cost more to compare, so others are not so compared. */
export const isSameKey = ({ key, columns }: Contract, one: string, other: string): string =>
  columns
    .filter(({ name }) => key.includes(name))
    .map(({ name, required }) => {
      const compares = required ? '=' : 'is not distinct from'
      return `${one}.${name} ${compares} ${other}.${name}`
    })
    .join(' and ')
