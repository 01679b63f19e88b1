import { ThroughlineError } from '../../../errors.js'

/** Where a Spark Connect server is, and as whom to talk to it. */
export interface ServerAddress {
  host: string
  port: number
  /** A token implies it, as with Spark's own clients. */
  encrypted: boolean
  token?: string
  userId: string
  /** Sent with every request, for gateways that route by it. */
  headers: Readonly<Record<string, string>>
  /** Given when statements are to be known again by a later client. */
  sessionId?: string
}

/** The environment's variable of the token, as Spark's own clients name it. */
export const tokenVariable = 'SPARK_CONNECT_AUTHENTICATE_TOKEN'

const defaultPort = 15002
const defaultUser = 'throughline'
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const form = /^sc:\/\/(\[[0-9a-f:.]+\]|[^:/;@?#\s[\]]+)(?::(\d{1,5}))?(?:\/(.*))?$/is
const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/i

/**
 * Reads `sc://host:port/;token=…;use_ssl=true;user_id=…;session_id=…;x-header=…`.
 * Throws a `config` error on anything else; a token is never part of it.
 */
export function parseConnectionString(given: string): ServerAddress {
  const [, host, port = String(defaultPort), rest = ''] = form.exec(given) ?? []
  if (host === undefined) throw refused('sc://host:port/;name=value;…', 'another form')
  if (Number(port) < 1 || Number(port) > 65_535) throw refused('a port up to 65535', port)
  const named = parametersOf(rest)
  const { token, user_id: userId = defaultUser, session_id: sessionId } = named
  if (sessionId !== undefined && !uuid.test(sessionId))
    throw refused('a UUID as session_id', sessionId)
  const encrypted = flagOf(named) ?? token !== undefined
  if (token !== undefined && !encrypted && !loopback.test(host))
    throw refused('TLS where a token is sent', 'use_ssl=false with a token and a distant host')
  return {
    host,
    port: Number(port),
    encrypted,
    userId,
    headers: Object.fromEntries(Object.entries(named).filter(([name]) => name.startsWith('x-'))),
    ...(token === undefined ? {} : { token }),
    ...(sessionId === undefined ? {} : { sessionId: sessionId.toLowerCase() }),
  }
}

const names = ['token', 'use_ssl', 'user_id', 'session_id']

function parametersOf(rest: string): Record<string, string> {
  if (rest !== '' && !rest.startsWith(';')) throw refused('parameters after `/;`', 'a path')
  const parameters: Record<string, string> = {}
  for (const part of rest.split(';').filter((text) => text !== '')) {
    const name = part.slice(0, Math.max(part.indexOf('='), 0))
    if (!names.includes(name) && !/^x-[a-z0-9-]+$/.test(name))
      throw refused(`${names.join(', ')} or x-<header>`, named(name))
    if (name in parameters) throw refused('each parameter once', `${name} twice`)
    parameters[name] = decoded(name, part.slice(name.length + 1))
  }
  return parameters
}

/** What stands where a name should may be a piece of a token, unless it looks like a name. */
const named = (name: string): string =>
  /^[a-z_-]{1,20}$/i.test(name) ? `parameter ${name}` : 'a parameter without a name'

function decoded(name: string, value: string): string {
  if (value === '') throw refused(`a value of ${name}`, 'none')
  try {
    return decodeURIComponent(value)
  } catch {
    throw refused(`a value of ${name} whose % signs are escapes`, 'another % sign')
  }
}

function flagOf({ use_ssl: value }: Record<string, string>): boolean | undefined {
  if (value === undefined || value === 'true' || value === 'false')
    return value === undefined ? undefined : value === 'true'
  throw refused('use_ssl=true or use_ssl=false', value)
}

const refused = (expected: string, found: string): ThroughlineError =>
  new ThroughlineError({
    code: 'config',
    at: 'connection string of Spark',
    expected,
    found,
    remedy: 'Write it as sc://host:15002/;use_ssl=true;user_id=…',
  })
