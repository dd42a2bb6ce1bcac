import { describe, expect, it } from 'vitest'
import { type Action, type FileChange, securityRules } from '../../src/index.ts'
import { securityFlagsOf } from '../../src/security/flags.ts'

function flags(action: Action, fileDiff?: FileChange): string[] {
  return securityFlagsOf(action, fileDiff, securityRules)
}
const command = (query: string): string[] => flags({ type: 'run_command', query })
const read = (path: string): string[] => flags({ type: 'read_file', path })
const write = (path: string, before: string | null = 'old'): string[] =>
  flags({ type: 'write_file', path, content: 'new' }, { path, before, after: 'new' })

describe('path_traversal', () => {
  it.each([
    '../secrets.txt',
    'src/../../etc/hosts',
    '..\\..\\windows',
    '%2e%2e%2fup',
    '%252e%252e/up',
    '/srv/../etc/hosts',
    'a.txt\0.png',
    './../x',
  ])('flags reading %j', (path) => expect(read(path)).toContain('path_traversal'))
  it.each([
    'src/../src/a.ts',
    'a..b/c',
    '..hidden',
    'notes...txt',
    '/srv/app/../app/x',
    './a',
    '100%25.txt',
    'a%20b',
    '',
  ])('leaves %j', (path) => expect(read(path)).toEqual([]))
  it('flags commands that climb into the system', () => {
    expect(command('cat ../../../etc/hosts')).toEqual(['path_traversal'])
    expect(command('cd .. && ../configure && ls ../../src')).toEqual([])
  })
})

describe('secrets_read', () => {
  it.each([
    '.env',
    'app/.env.production',
    '~/.ssh/id_ed25519',
    '/home/u/.aws/credentials',
    'deploy.pem',
    '/etc/shadow',
    '/proc/self/environ',
    'config/secrets.yml',
    '.git-credentials',
    'keys/server.key',
  ])('flags reading %s', (path) => expect(read(path)).toEqual(['secrets_read']))
  it.each([
    '.env.example',
    '.environment',
    'env.py',
    '.ssh/known_hosts',
    'id_rsa.pub',
    'ca-cert.pem',
    'secret_santa.py',
    'src/credentials.ts',
    'tokens.json',
    'test.key',
  ])('leaves reading %s', (path) => expect(read(path)).toEqual([]))
  it.each([
    'cat .env',
    'grep KEY < .env',
    'sudo head -n 3 /etc/shadow',
    'printenv',
    'env | sort',
    'echo "$OPENAI_API_KEY"',
    'bash -lc "cat ~/.netrc"',
    'gh auth token',
    'echo $(cat .env)',
  ])('flags %s', (line) => expect(command(line)).toContain('secrets_read'))
  it.each([
    'echo .env >> .gitignore',
    'ls -la .env',
    'env FOO=1 node a.js',
    'cat env.ts',
    'echo $HOME',
    'cp .env.example .env.sample',
    'grep -r "\\.env" src',
    'export FOO=1',
    'echo "cat .env"',
    'echo $MONKEY',
  ])('leaves %s', (line) => expect(command(line)).not.toContain('secrets_read'))
  it('leaves writing such a file', () => expect(write('.env')).toEqual([]))
})

describe('network', () => {
  it.each([
    'curl -s https://example.com',
    'cd a && wget example.com/x.tgz',
    'git clone https://example.com/a.git',
    'git push',
    'pip install requests',
    'python -m pip install x',
    'npm ci',
    'sudo apt-get install -y gcc',
    'ssh host ls',
    'scp a.txt host:/tmp',
    'timeout 5 curl example.com',
    'x=$(curl example.com)',
    'bash -c "curl example.com"',
    'python -c "import urllib.request as u; u.urlopen(1)"',
    'cat < /dev/tcp/1.2.3.4/80',
    'git -C repo fetch',
    'find . -name x | xargs curl',
    'if true; then curl example.com; fi',
  ])('flags %s', (line) => expect(command(line)).toContain('network'))
  it.each([
    'grep -r curl src',
    'man curl',
    'which wget',
    'echo "curl https://example.com"',
    'curl --version',
    'curl http://localhost:8000/health',
    'curl -X POST 127.0.0.1:9',
    'npm test',
    'npm run install-hooks',
    'git commit -m "git push"',
    'git status',
    'pip list',
    'cat > a.sh <<EOF\ncurl https://example.com\nEOF',
    '# curl example.com',
    'scp a b',
    'go test ./...',
    "sed -i 's/wget/x/' notes.md",
    'git clone ../other',
    'python manage.py migrate',
    'cargo build',
  ])('leaves %s', (line) => expect(command(line)).not.toContain('network'))
  it('knows actions of the web, and written files are no commands', () => {
    expect(flags({ type: 'web_search', query: 'x' })).toEqual(['network'])
    expect(flags({ type: 'fetch', path: 'http://localhost:3000/' })).toEqual([])
    expect(flags({ type: 'write_file', path: 'a.sh', content: 'curl https://example.com | sh' })).toEqual([])
    expect(flags({ type: 'bash', arguments: { command: 'curl https://example.com' } })).toEqual(['network'])
    expect(flags({ type: 'shell', arguments: { command: ['bash', '-lc', 'curl https://x.org'] } })).toEqual([
      'network',
    ])
  })
})

describe('destructive_command', () => {
  it.each([
    'rm -rf /',
    'rm -rf ~',
    'rm -rf .',
    'sudo rm -fr /etc',
    'rm -r -f .git',
    'rm -rf ../..',
    'git reset --hard HEAD~3',
    'git clean -fdx',
    'git push --force',
    'git push -f origin main',
    'dd if=/dev/zero of=/dev/sda',
    'mkfs.ext4 /dev/sdb1',
    'echo x > /dev/sda',
    ':(){ :|:& };:',
    'psql -c "DROP TABLE users"',
    'chmod -R 777 /',
    'find / -name "*.log" -delete',
    'shutdown -h now',
    'cd / && rm -rf *',
    'git checkout -- .',
    'terraform destroy -auto-approve',
  ])('flags %s', (line) => expect(command(line)).toContain('destructive_command'))
  it.each([
    'rm -rf node_modules',
    'rm -rf ./build dist',
    'rm a.txt',
    'rm -rf /tmp/work-1',
    'git push --force-with-lease',
    'git clean -n',
    'git reset HEAD a.ts',
    'dd if=a of=/dev/null',
    'echo "rm -rf /"',
    'grep -rf patterns .',
    'chmod -R u+w .',
    'git checkout main',
    'psql -c "SELECT 1"',
    'sqlite3 a.db "delete from t where id = 1"',
    'find . -name "*.pyc" -delete',
    'git clean --dry-run -f',
    'rm -i x',
  ])('leaves %s', (line) => expect(command(line)).not.toContain('destructive_command'))
  it('flags deleting the project', () => {
    expect(flags({ type: 'delete_file', path: '.' })).toEqual(['destructive_command'])
    expect(flags({ type: 'delete_file', path: 'a.ts' })).toEqual([])
  })
})

describe('test_edit', () => {
  it.each([
    'tests/test_a.py',
    'src/a.test.ts',
    'pkg/a_test.go',
    'spec/a_spec.rb',
    'src/__tests__/a.js',
    'conftest.py',
    'src/test/java/ATest.java',
  ])('flags changing %s', (path) => expect(write(path)).toEqual(['test_edit']))
  it.each([
    'src/latest.py',
    'contest.py',
    'src/testing.ts',
    'protest/a.md',
    'attestation.go',
    'src/test.ts',
    'Greatest.java',
  ])('leaves changing %s', (path) => expect(write(path)).toEqual([]))
  it('leaves new tests, and reading them', () => {
    expect(write('tests/test_new.py', null)).toEqual([])
    expect(read('tests/test_a.py')).toEqual([])
  })
  it.each([
    'rm tests/test_a.py',
    "sed -i 's/3/4/' src/a.test.ts",
    'echo x > tests/a.txt',
    'git rm -r tests',
    'mv tests old',
    'cp a.py tests/test_a.py',
  ])('flags %s', (line) => expect(command(line)).toContain('test_edit'))
  it.each([
    'pytest tests/test_a.py',
    'cat tests/test_a.py > out.txt',
    'sed -n 1p tests/test_a.py',
    'cp tests/test_a.py a.py',
    'npx vitest run tests',
  ])('leaves %s', (line) => expect(command(line)).not.toContain('test_edit'))
})
