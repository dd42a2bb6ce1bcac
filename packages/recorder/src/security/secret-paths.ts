/** Whether a file is one that holds keys or passwords, by its path. */
export function isSecretPath(path: string): boolean {
  const plain = path.replaceAll('\\', '/').replace(/\/+$/, '')
  const name = plain.slice(plain.lastIndexOf('/') + 1).toLowerCase()
  if (SAMPLE.test(name)) return false
  return NAMES.test(name) || isPrivateKey(name) || PLACES.some((place) => place.test(plain))
}

/** Files that show what the real one looks like. */
const SAMPLE =
  /(?:^|[._-])(?:example|sample|template|dist|schema|defaults?|test|mock|fake|dummy)s?(?:[._-]|$)/

const NAMES =
  /^(?:\.env(?:\..+)?|\.envrc|\.netrc|_netrc|\.pgpass|\.my\.cnf|\.pypirc|\.npmrc|\.git-credentials|\.htpasswd|\.vault-token|\.dockercfg|credentials(?:\.(?:json|ini|ya?ml|toml))?|secrets?\.(?:json|ya?ml|toml|env|ini|txt)|(?:gcp|google|firebase)?[-_]?service[-_]?account[\w-]*\.json|application_default_credentials\.json)$/

function isPrivateKey(name: string): boolean {
  if (/^id_(?:rsa|dsa|ecdsa|ed25519)(?:_\w+)?$/.test(name)) return true
  if (/\.(?:p12|pfx|jks|keystore|ppk|kdbx)$/.test(name)) return true
  return /\.(?:pem|key)$/.test(name) && !/(?:cert|chain|public|pub|bundle|^ca\b|cacert)/.test(name)
}

const PLACES: readonly RegExp[] = [
  /(?:^|\/)\.aws\/(?:credentials|config)$/,
  /(?:^|\/)\.ssh\/(?!known_hosts|config$|authorized_keys|[^/]*\.pub$)[^/]+$/,
  /(?:^|\/)\.docker\/config\.json$/,
  /(?:^|\/)\.kube\/config$/,
  /(?:^|\/)\.gnupg\//,
  /(?:^|\/)\.config\/(?:gcloud|gh\/hosts\.yml|hub$)/,
  /(?:^|\/)(?:\.huggingface|\.cache\/huggingface)\/(?:token|stored_tokens)$/,
  /^\/etc\/(?:shadow|gshadow|sudoers|ssl\/private\/.+)$/,
  /^\/proc\/(?:self|\d+)\/environ$/,
  /^\/(?:var\/)?run\/secrets\/.+/,
]
