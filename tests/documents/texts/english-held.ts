// Families of English documents that are held out: nothing was chosen by looking at them.
import type { Family } from './family.ts'

const priceList: Family = {
  name: 'price list',
  half: 'held',
  language: 'en',
  kind: 'csv',
  file: 'stock {firm}.csv',
  slots: {
    firm: 'each: Halden Hinges | Morrow Lamps | Tilling Tools | Varga Valves',
    a: 'code: HG.####-#',
    b: 'code: AA##/###',
    c: 'code: ###-AAA-#',
    d: 'code: QX####',
    e: 'code: #A#A-##',
    f: 'code: M#.#x##',
    pa: 'number: 12..480',
    pb: 'number: 12..480',
    pc: 'number: 12..480',
    pd: 'number: 12..480',
    pe: 'number: 12..480',
    pf: 'number: 12..480',
    qa: 'number: 3..940',
    qb: 'number: 3..940',
    qc: 'number: 3..940',
    qd: 'number: 3..940',
    qe: 'number: 3..940',
    qf: 'number: 3..940',
    sa: 'code: A-##',
    sb: 'code: A-##',
    sc: 'code: A-##',
    sd: 'code: A-##',
    se: 'code: A-##',
    sf: 'code: A-##',
    na: 'of: bracket, galvanised | cover plate | long spindle | locking pin',
    nb: 'of: brass bushing | copper gasket | cone washer | felt ring',
    nc: 'of: hinge strap | lamp holder | socket head | wing nut',
    nd: 'of: spring, left-hand | stop collar | guide rail | end cap',
    ne: 'of: cable clip | drain plug | pressure disc | wedge',
    nf: 'of: threaded rod | eye bolt | spacer tube | clamp jaw',
  },
  text: `firm,article,name,price,stock,shelf
«a|{firm},{a},"{na}",{pa} crowns,{qa} pieces,{sa}»
«b|{firm},{b},"{nb}",{pb} crowns,{qb} pieces,{sb}»
«c|{firm},{c},"{nc}",{pc} crowns,{qc} pieces,{sc}»
«d|{firm},{d},"{nd}",{pd} crowns,{qd} pieces,{sd}»
«e|{firm},{e},"{ne}",{pe} crowns,{qe} pieces,{se}»
«f|{firm},{f},"{nf}",{pf} crowns,{qf} pieces,{sf}»
`,
  questions: [
    { kind: 'term', about: 'a', text: 'What does article {a} cost?' },
    { kind: 'term', about: 'b', text: 'On which shelf is {b}?' },
    { kind: 'term', about: 'c', text: 'How many pieces of {c} are in stock?' },
    { kind: 'fact', about: 'd', text: 'What is the price of the {nd} from {firm}?' },
    { kind: 'term', about: 'e', text: '{e}' },
    { kind: 'fact', about: 'f', text: 'How many pieces of the {nf} does {firm} have?' },
    {
      kind: 'follow-up',
      about: 'a',
      text: 'On which shelf does it lie?',
      before: ['What does article {a} cost?', '{pa} crowns.'],
    },
    {
      kind: 'follow-up',
      about: 'b',
      text: 'How many of them are there?',
      before: ['What is {b} of {firm}?', 'It is the {nb}.'],
    },
  ],
  unanswerable: [
    'Who is the managing director of {firm}?',
    'How much does a piece of {a} weigh?',
    'In which country is {b} made?',
    'Which discount does {firm} give to schools?',
  ],
}

const reference: Family = {
  name: 'reference',
  half: 'held',
  language: 'en',
  kind: 'code',
  file: '{module}.md',
  slots: {
    module: 'each: tidepool | kestrel_queue | marmotfs | quillcache',
    limit: 'number: 16..900',
    wait: 'number: 150..9500/50',
    retry: 'number: 2..14',
    port: 'number: 2100..9800',
    flag: 'each: --strict-tides | --no-overtake | --burrow-depth | --ink-level',
    env: 'each: TIDEPOOL_ROOT | KQ_HOME_DIR | MARMOT_STORE | QUILL_BASE',
    code: 'code: ERR_####',
    other: 'code: W-####',
    version: 'of: 2.4.1 | 0.19.3 | 5.0.12 | 3.7.0',
    author: 'person',
    format:
      'of: little-endian frames | tab-separated lines | length-prefixed records | zero-terminated strings',
    lock: 'of: flock_shared() | acquire_lease() | pin_region() | hold_mutex()',
    free: 'of: drop_lease() | unpin_region() | release_all() | unlock_quick()',
  },
  text: `# {module}

A small library for programs that run for a long time. This page lists what can be set and what can go wrong.

## Options

\`max_entries\` — «limit|{module} keeps at most {limit} entries before the oldest one goes.» Larger numbers cost memory.

\`timeout_ms\` — «wait|A call of {module} gives up after {wait} milliseconds.» Zero is refused.

\`retries\` — «retry|{module} tries a failed write {retry} times, with a longer pause each time.»

\`{flag}\` — «flag|The switch {flag} makes {module} refuse input that it would otherwise mend.» It is off unless asked for.

## Environment

«env|The variable {env} names the folder where {module} puts its files.» Without it the current folder is used. Relative paths are
resolved once, at the start.

## Wire format

«format|{module} writes {format}.» Readers must not assume an order. «port|The status page listens on port {port}.»

## Functions

\`{lock}\` — «lock|Call {lock} before the first read of {module}.» It may be called twice.

\`{free}\` — «free|{free} gives back everything that {module} holds.» Nothing happens when there is nothing to give back.

## Errors

«code|{code}: the index of {module} was written by a newer version.» Update, or delete the index; it is rebuilt.

«other|{other}: the clock went backwards, so expiry of {module} is paused.» It goes on by itself.

## History

«version|Since {version} {module} survives a full disk.» «author|{module} is looked after by {author}.» Reports are welcome when they
contain a way to repeat the fault.
`,
  questions: [
    { kind: 'term', about: 'env', text: 'What is {env} for?' },
    { kind: 'term', about: 'code', text: 'What does {code} mean?' },
    { kind: 'fact', about: 'limit', text: 'How many entries does {module} keep at most?' },
    { kind: 'paraphrase', about: 'wait', text: 'When does {module} stop waiting for a reply?' },
    {
      kind: 'follow-up',
      about: 'port',
      text: 'And on which port is its status page?',
      before: ['Who looks after {module}?', '{author} does.'],
    },
    { kind: 'term', about: 'flag', text: 'Explain {flag}.' },
    { kind: 'term', about: 'other', text: '{other} appears in the log of {module}. What happened?' },
    { kind: 'fact', about: 'author', text: 'Who looks after {module}?' },
    {
      kind: 'paraphrase',
      about: 'version',
      text: 'From which release on does {module} cope with no space left?',
    },
    { kind: 'term', about: 'lock', text: 'When must {lock} be called in {module}?' },
    {
      kind: 'follow-up',
      about: 'retry',
      text: 'How many times does it try a failed write?',
      before: ['What does {module} write?', 'It writes {format}.'],
    },
    { kind: 'fact', about: 'format', text: 'What format does {module} write?' },
  ],
  unanswerable: [
    'In which programming language was {module} written?',
    'Under which licence may {module} be copied?',
    'How many people have downloaded {module}?',
    'Does {module} run on a telephone?',
  ],
}

const life: Family = {
  name: 'life',
  half: 'held',
  language: 'en',
  kind: 'text',
  file: 'life of {person}.txt',
  slots: {
    person: 'person',
    born: 'number: 1841..1889',
    birthplace: 'place',
    father: 'of: a ferryman | a miller | a clock repairer | a chandler',
    school: 'place',
    teacher: 'person',
    trade: 'of: surveyor | glass painter | lens grinder | harbour pilot',
    work: 'each: The Salt Atlas | A Grammar of Wind | Forty Small Bridges | On Slow Rivers',
    workyear: 'number: 1890..1919',
    ship: 'each: Corvina | Blue Margaret | Patience | Old Hundred',
    lands: 'place',
    wife: 'person',
    house: 'place',
    pupils: 'number: 11..74',
    box: 'code: MS-###/A',
    died: 'number: 1921..1949',
    rest: 'place',
    cat: 'of: Mustard | Bishop | Treacle | Admiral',
  },
  text: `{person}

Not much has been written about this life, and what follows was put together from letters and a parish register.

«born|{person} was born in {birthplace} in the year {born}.» «father|The father was {father} and could not read.» There were seven
children in two rooms. Winter was spent at the stove with whatever books the neighbours lent.

«school|At the age of twelve {person} was sent to school in {school}.» «teacher|There {teacher} noticed the gift for drawing and gave
lessons without pay.» The sketchbooks of those days were lost in a flood, all but one.

«trade|{person} became a {trade} and lived on it for ten years.» The hands were always cold, one letter says, and the rent was always
late. «ship|On the ship {ship} a first long voyage was made.» «lands|It ended in {lands}, where nobody spoke a known language.» Two
notebooks are left of it.

«work|The book "{work}" appeared in {workyear}.» It sold badly and was praised by people who had not read it. «pupils|In later years
{person} taught {pupils} pupils, most of them for nothing.»

«wife|{person} married {wife} late, when both had stopped expecting it.» «house|They kept a house in {house} with a garden that was never
finished.» «cat|Their cat was called {cat} and slept on the manuscripts.»

«died|{person} died in the autumn of {died}.» «rest|The grave lies in {rest} under a walnut tree.» «box|The letters are kept in box
{box} of the district archive.» Nobody has ordered them yet.
`,
  questions: [
    { kind: 'fact', about: 'born', text: 'In which year was {person} born?' },
    { kind: 'fact', about: 'work', text: 'When did the book "{work}" appear?' },
    { kind: 'term', about: 'box', text: 'What is in box {box}?' },
    { kind: 'paraphrase', about: 'trade', text: 'How did {person} earn a living at first?' },
    {
      kind: 'follow-up',
      about: 'rest',
      text: 'And where is the grave?',
      before: ['When did {person} die?', 'In the autumn of {died}.'],
    },
    { kind: 'fact', about: 'teacher', text: 'What did {teacher} notice?' },
    { kind: 'fact', about: 'wife', text: 'Whom did {person} marry?' },
    { kind: 'paraphrase', about: 'pupils', text: 'How many young people did {person} give lessons to?' },
    {
      kind: 'follow-up',
      about: 'lands',
      text: 'Where did that voyage end?',
      before: ['On which ship did {person} travel?', 'On the ship {ship}.'],
    },
    { kind: 'term', about: 'ship', text: 'What was the {ship}?' },
    { kind: 'fact', about: 'school', text: 'Where did {person} go to school?' },
  ],
  unanswerable: [
    'How tall was {person}?',
    'Which prize did the university give to {person}?',
    'What was the name of the eldest daughter of {wife}?',
    'How much was paid for "{work}" at an auction?',
  ],
}

const rules: Family = {
  name: 'house rules',
  half: 'held',
  language: 'en',
  kind: 'markdown',
  file: 'rules {house}.md',
  slots: {
    house: 'each: Lime House | Weir Court | The Old Granary | Signal Yard',
    quiet: 'time',
    deposit: 'number: 120..980/10',
    notice: 'number: 3..11',
    bins: 'of: Monday | Tuesday | Wednesday | Thursday',
    caretaker: 'person',
    phone: 'code: ####-##',
    bikes: 'number: 9..41',
    laundry: 'number: 2..6',
    coin: 'number: 2..9',
    room: 'code: B#.##',
    form: 'code: HR-##-A',
    guests: 'number: 4..21',
    meter: 'code: EM######',
    heating: 'date',
    fine: 'number: 15..90/5',
  },
  text: `# House rules of {house}

These rules hold for everybody who lives in {house} and for their visitors. They were agreed upon by all and can be changed in the same way.

## Quiet

«quiet|In {house} it is quiet from {quiet} on.» Music may be heard in one's own rooms only. Drilling is done on weekdays.

## Deposit and leaving

«deposit|The deposit is {deposit} crowns and is given back after the last inspection.» «notice|Whoever moves out gives notice {notice}
weeks before.» «form|Use form {form} for it.» Walls may be painted in any colour as long as they are white at the end.

## Rubbish

«bins|The bins of {house} are emptied on {bins}.» Paper is tied together. «fine|Whoever leaves rubbish in the yard pays {fine} crowns.»

## Caretaker

«caretaker|The caretaker of {house} is {caretaker}.» «phone|In an emergency dial {phone}.» For a dripping tap a note in the letter box is
enough.

## Common rooms

«laundry|There are {laundry} washing machines, and one wash costs {coin} crowns.» Empty the sieve. «bikes|The cellar has places for
{bikes} bicycles.» «room|The key to the party room {room} hangs in the office.» Sweep it afterwards.

## Guests

«guests|Guests may stay for {guests} nights in a row.» After that they count as inhabitants and help with the stairs.

## Heating and meters

«heating|The heating of {house} is switched on from {heating} at the latest.» «meter|The main electricity meter has the number {meter}.»
Readings are taken once a year.
`,
  questions: [
    { kind: 'fact', about: 'quiet', text: 'From what time on is it quiet in {house}?' },
    { kind: 'fact', about: 'caretaker', text: 'Who is the caretaker of {house}?' },
    { kind: 'term', about: 'meter', text: 'What has the number {meter}?' },
    { kind: 'paraphrase', about: 'bins', text: 'On what day is the garbage collected at {house}?' },
    {
      kind: 'follow-up',
      about: 'phone',
      text: 'And which number do I dial in an emergency?',
      before: ['Who is the caretaker of {house}?', '{caretaker} is.'],
    },
    { kind: 'term', about: 'form', text: 'What is form {form} used for?' },
    { kind: 'fact', about: 'heating', text: 'When is the heating of {house} switched on?' },
    { kind: 'paraphrase', about: 'guests', text: 'How long can friends sleep over at {house}?' },
    { kind: 'term', about: 'room', text: 'Where does the key to {room} hang?' },
    {
      kind: 'follow-up',
      about: 'laundry',
      text: 'What does one wash cost there?',
      before: ['Who is the caretaker of {house}?', '{caretaker}.'],
    },
  ],
  unanswerable: [
    'Who owns {house}?',
    'May one keep a parrot in {house}?',
    'How fast is the internet connection in {house}?',
    'Where does {caretaker} spend the holidays?',
  ],
}

export const englishHeld: readonly Family[] = [priceList, reference, life, rules]
