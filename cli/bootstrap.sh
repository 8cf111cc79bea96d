#!/bin/sh
# Runs one of the project's TypeScript programs on a fresh clone: sh cli/bootstrap.sh <script.ts> [arguments]
# Installs the npm packages first if they are missing or older than the lock file; among them is the Node that runs TypeScript.
set -eu

fail() {
  printf 'setup: %s\n' "$*" >&2
  exit 1
}

cd "$(dirname "$0")/.."
[ $# -gt 0 ] || fail "usage: sh cli/bootstrap.sh <script.ts> [arguments]"

command -v node >/dev/null 2>&1 || fail "Node.js 20 or newer is needed, with npm: https://nodejs.org/en/download"
command -v npm >/dev/null 2>&1 || fail "npm is needed; it comes with Node.js, on Debian and Ubuntu as a package of its own: apt-get install npm"
major=$(node -p 'process.versions.node.split(".")[0]')
[ "$major" -ge 20 ] || fail "Node.js 20 or newer is needed to start, $(command -v node) is $(node --version)"

# The same rules as in providers/engine/cache-folder.ts and cli/paths.ts. What is no absolute path counts as not set in HOME and XDG_CACHE_HOME: it would lead into this very folder.
case ${HOME:-} in /*) ;; *) HOME=$(eval "echo ~$(id -un)") ;; esac
case ${XDG_CACHE_HOME:-} in /*) cache=$XDG_CACHE_HOME/sasl-mail-host-lab ;; *) cache=$HOME/.cache/sasl-mail-host-lab ;; esac
case ${SASL_LAB_CACHE:-} in
  /*) cache=$SASL_LAB_CACHE ;;
  '') ;;
  *) fail "SASL_LAB_CACHE must be an absolute path, it is \"$SASL_LAB_CACHE\"" ;;
esac
case $cache in /*) ;; *) fail "this user has no home: set HOME, XDG_CACHE_HOME or SASL_LAB_CACHE" ;; esac
export HOME

# On a file system that is read-only, folders that are there already can be made, but not written.
writable() {
  mkdir -p "$1/locks" "$1/compile" 2>/dev/null && [ -w "$1/locks" ] && [ -w "$1/compile" ]
}

if ! writable "$cache"; then
  own=$PWD/.lab/cache
  if [ -n "${SASL_LAB_CACHE:-}" ] || ! writable "$own"; then
    fail "$cache cannot be made or written; SASL_LAB_CACHE=/another/folder names one for downloads and built programs"
  fi
  echo "setup: $cache cannot be made or written; downloads and built programs go to $own instead (SASL_LAB_CACHE=/another/folder names another)" >&2
  cache=$own
  SASL_LAB_CACHE=$cache
  # npm and Go keep their downloads in the home too.
  [ -w "${npm_config_cache:-}" ] || npm_config_cache=$cache/npm
  GOPATH=${GOPATH:-$cache/gopath}
  GOCACHE=${GOCACHE:-$cache/go-build}
  export SASL_LAB_CACHE npm_config_cache GOPATH GOCACHE
fi

# Another package manager keeps a lock file of its own, beside ours: what it has installed is left as it is.
installed_by_another() {
  for record in node_modules/.modules.yaml node_modules/.yarn-integrity node_modules/.yarn-state.yml bun.lock; do
    [ ! -e "$record" ] || [ ! -e node_modules/pulumi-postfix-sasl ] || return 0
  done
  return 1
}

installed() {
  if [ -e node_modules/.package-lock.json ]; then
    [ ! package-lock.json -nt node_modules/.package-lock.json ]
  else
    installed_by_another
  fi
}

# Node 22.18 is the first that reads TypeScript without a flag.
reads_typescript() {
  [ -x node_modules/.bin/node ] && node_modules/.bin/node -e 'process.exit(process.features.typescript ? 0 : 1)' 2>/dev/null
}

has_network() {
  # a proxy may be on the loopback interface
  [ -z "${HTTPS_PROXY:-${https_proxy:-${npm_config_https_proxy:-${npm_config_proxy:-}}}}" ] || return 0
  node -e 'process.exit(Object.values(os.networkInterfaces()).flat().some(({ internal }) => !internal) ? 0 : 1)'
}

# The settings of an outer `npm run` reach us as npm_config_*; an inner npm would take them for its own (--prefix, --omit, --ignore-scripts ...).
inner_npm() {
  (
    for name in $(env | sed -n 's/^\(npm_[A-Za-z0-9_]*\)=.*/\1/p'); do
      case $name in *registry | *cafile | *strict_ssl | *proxy | *cache | *userconfig | *globalconfig) ;; *) unset "$name" ;; esac
    done
    unset NODE_ENV
    npm "$@"
  )
}

install_packages() {
  installed && reads_typescript && return
  if ! installed; then
    echo "setup: installing the npm packages (about 1 minute) ..." >&2
    # Without the warnings: most say that a package wants a newer Node than the one npm runs on, and it will get one.
    if has_network; then
      inner_npm ci --no-audit --no-fund --loglevel=error >&2 || fail "npm ci failed, see above"
    else
      # Only from npm's own cache: else it would try each package again for minutes.
      inner_npm ci --no-audit --no-fund --loglevel=silent --offline >&2 ||
        fail "this machine has no network, and the npm packages are neither installed nor in npm's cache; run npm ci once with network, or copy node_modules here from a checkout of the same package-lock.json"
    fi
    # npm leaves the file untouched by a second when it has nothing to do; this run has made it true.
    touch node_modules/.package-lock.json
  fi
  # The npm package 'node' places its program by an install script, which npm may have been told not to run.
  reads_typescript || inner_npm rebuild node --foreground-scripts --ignore-scripts=false >&2 || true
  reads_typescript || fail "node_modules/.bin/node is missing or too old. Are install scripts switched off? Try: npm rebuild node --foreground-scripts --ignore-scripts=false"
}

if ! { installed && reads_typescript; }; then
  if command -v flock >/dev/null 2>&1; then
    lock=$cache/locks/npm-$(pwd | cksum | cut -d' ' -f1)
    exec 9>"$lock"
    flock -n 9 || {
      echo "setup: another run is installing the npm packages; waiting for it ..." >&2
      flock 9
    }
    install_packages 9>&-
    exec 9>&-
  else
    install_packages
  fi
fi

PATH=$PWD/node_modules/.bin:$PATH
NODE_COMPILE_CACHE=$cache/compile
# npm and go use HTTPS_PROXY by themselves; Node's fetch must be told to.
NODE_USE_ENV_PROXY=1
export PATH NODE_COMPILE_CACHE NODE_USE_ENV_PROXY
script=$1
shift
exec node_modules/.bin/node "$script" "$@"
