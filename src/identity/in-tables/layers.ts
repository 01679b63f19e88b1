import { type Kind, type LinkingRules, limitsThrough, nameType, type TypeRule } from '../rules.js'

/** Types that follow each other in linking order and through which the same limits hold. */
export interface Layer {
  no: number
  firstType: number
  lastType: number
  /** Most values of a type (of identifiers, or dates of birth) that a customer may hold after these links. */
  limits: ReadonlyMap<number, number>
  /** Whether first names with different initials keep customers apart. */
  namesTellApart: boolean
  /** Whether names are asked at all. */
  namesMatter: boolean
}

/** Limits differ by whether a person, a contact or anything else links. */
const classOf = (kind: Kind): Kind => (kind === 'person' || kind === 'contact' ? kind : 'device')

/** Cuts the types, in linking order, into as few layers as their kinds allow. */
export function layersOf({ rules, names }: LinkingRules): Layer[] {
  const starts = rules
    .map((_, type) => type)
    .filter((type) => type === 0 || classOf(rules[type]!.kind) !== classOf(rules[type - 1]!.kind))
  return starts.map((firstType, no) => {
    const lastType = (starts[no + 1] ?? rules.length) - 1
    const areContacts = rules[firstType]!.kind !== 'person'
    return {
      no,
      firstType,
      lastType,
      limits: limitsOf(rules, lastType),
      namesTellApart: areContacts && names.conflicts,
      namesMatter: areContacts && (names.conflicts || names.agreement),
    }
  })
}

/** The last type of a layer is bound by every limit that binds any of its types. */
function limitsOf(rules: readonly TypeRule[], lastType: number): Map<number, number> {
  const all = [...limitsThrough(rules, lastType).entries()]
  return new Map(all.filter(([type, limit]) => limit > 0 && type !== nameType(rules.length)))
}
