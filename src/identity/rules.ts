/** What kinds of identifiers name, strongest first. */
export const kinds = ['person', 'contact', 'device', 'group', 'moment'] as const
export type Kind = (typeof kinds)[number]

/** An identifier type with the limits that guard it; types are numbered in linking order. */
export interface TypeRule {
  kind: Kind
  /** Most values that one customer may hold; undefined = no limit. */
  mostPerCustomer: number | undefined
  /** Two values on one device, cart or company mean two customers. */
  tellsApart: boolean
  /** Agreement of first and last name may exceed the limit. */
  yieldsToName: boolean
}

export interface NameRules {
  /** First names with different initials keep a shared identifier from joining. */
  conflicts: boolean
  /** Equal first and last names let a shared identifier join. */
  agreement: boolean
}

/** What sets are linked under: rules by type, in linking order, and those for names. */
export interface LinkingRules {
  rules: readonly TypeRule[]
  names: NameRules
}

/** Two traits stand behind the types of identifiers in every table of limits. */
export const traitTypes = 2
export const nameType = (types: number): number => types
export const birthDateType = (types: number): number => types + 1

/**
 * The most values of each type (then names, then dates of birth) that customers may hold together after a link through
 * a value of type `through`; 0 = no limit. A limit holds against links through types at or after its own.
 */
export function limitsThrough(rules: readonly TypeRule[], through: number): Int32Array {
  const kind = rules[through]!.kind
  const limits = new Int32Array(rules.length + traitTypes)
  for (let type = 0; type <= through; type++) limits[type] = limitOf(rules[type]!, kind)
  if (kind !== 'person') limits[birthDateType(rules.length)] = 1
  return limits
}

function limitOf(rule: TypeRule, through: Kind): number {
  if (rule.tellsApart && through !== 'person' && through !== 'contact') return 1
  return rule.mostPerCustomer ?? 0
}

/** Whether customers ever need to remember values of a type. */
export const isLimited = (rule: TypeRule): boolean =>
  rule.tellsApart || rule.mostPerCustomer !== undefined
