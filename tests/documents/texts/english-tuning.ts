// Families of English documents on which settings were chosen.
import type { Family } from './family.ts'

const manual: Family = {
  name: 'manual',
  half: 'tuning',
  language: 'en',
  kind: 'markdown',
  file: 'manual {device} {model}.md',
  slots: {
    device: 'each: bilge pump | pottery kiln | seed drill | ice maker',
    model: 'code: AA-###',
    fuse: 'code: FZ-####-A',
    filter: 'code: AF##.###',
    seal: 'code: SL-##-####',
    torque: 'number: 12..48',
    level: 'number: 2..9',
    hours: 'number: 150..900/50',
    oil: 'number: 2..9',
    warm: 'number: 8..35',
    noise: 'number: 48..77',
    weight: 'number: 21..94',
    warranty: 'number: 18..60/6',
    service: 'place',
    error: 'code: E##',
    other: 'code: E##',
  },
  text: `# {device} {model}: operating manual

Read this manual before you connect anything. Keep it near the machine, because the next person will need it too. The pictures show
the standard version; small differences in colour mean nothing.

## Unpacking

Open the crate from above and lift the machine by the frame, never by the hoses. «weight|The {device} {model} weighs {weight} kilograms
without accessories.» Two people should carry it. Check that no transport damage is visible and keep the packing for one month.

## Setting up

Put the machine on firm and level ground. «gap|Leave a gap of at least {level} centimetres to every wall so that air can pass.» Do not
cover the openings. «bolts|The foot bolts are tightened to {torque} newton metres.» Afterwards turn the frame by hand and listen whether
anything rubs.

## Electrical connection

The socket must be earthed and within reach. «fuse|The {device} {model} is protected by fuse {fuse}, which sits behind the left cover.»
Never replace it with wire. An extension lead has to be unrolled completely.

## First start

Switch on the main switch and wait until the green lamp stays lit. «warm|After it is switched on the machine needs {warm} minutes
before it may be loaded.» A faint smell during the first hour is normal and goes away. «noise|At full load we measured {noise} decibels
at one metre.»

## Maintenance

Disconnect the machine before any work. «oil|Change the oil every {hours} hours of operation; {oil} litres are needed.» Used oil belongs
in the collecting point. «filter|The air filter carries the order number {filter}.» «seal|When the shaft drips, fit the shaft seal
{seal}.» Wipe the housing with a damp cloth and use no solvent.

## Faults

Note the code on the display before you switch off. «error|Code {error} means that the temperature sensor is not connected.» «other|Code
{other} means that the supply voltage is too low.» If a code comes back, call the workshop.

## Warranty and service

«warranty|The warranty for the {device} {model} lasts {warranty} months from the day of delivery.» It ends when the seal on the housing
is broken. «service|Repairs are done at the workshop in {service}.» Send a description of the fault along.
`,
  questions: [
    { kind: 'fact', about: 'weight', text: 'How many kilograms does the {device} {model} weigh?' },
    { kind: 'fact', about: 'warranty', text: 'How long does the warranty of the {device} {model} last?' },
    { kind: 'term', about: 'filter', text: 'What is {filter}?' },
    { kind: 'paraphrase', about: 'bolts', text: 'How firmly do I screw the {device} {model} to the floor?' },
    {
      kind: 'follow-up',
      about: 'service',
      text: 'And where do I send it for repairs?',
      before: ['How heavy is the {device} {model}?', 'It weighs {weight} kilograms.'],
    },
    { kind: 'term', about: 'seal', text: 'When is the part {seal} fitted?' },
    { kind: 'fact', about: 'fuse', text: 'Which fuse protects the {device} {model}?' },
    {
      kind: 'paraphrase',
      about: 'noise',
      text: 'How loud is the {device} {model} when it works as hard as it can?',
    },
    { kind: 'term', about: 'error', text: 'The display of the {device} {model} shows {error}. Why?' },
    { kind: 'fact', about: 'oil', text: 'How often is the oil of the {device} {model} changed?' },
    {
      kind: 'follow-up',
      about: 'warm',
      text: 'How long must it wait before it may be loaded?',
      before: ['Which fuse protects the {device} {model}?', 'Fuse {fuse}.'],
    },
    {
      kind: 'paraphrase',
      about: 'gap',
      text: 'How close to a wall may the {device} {model} stand?',
    },
  ],
  unanswerable: [
    'Who designed the {device} {model}?',
    'How much does the {device} {model} cost in a shop?',
    'Which radio frequency does the {device} {model} use?',
    'Can the {device} {model} be rented for a weekend?',
  ],
}

const minutes: Family = {
  name: 'minutes',
  half: 'tuning',
  language: 'en',
  kind: 'text',
  file: 'minutes {club}.txt',
  slots: {
    club: 'each: Rowing Club {town} | Orchard Society {town} | Brass Band {town} | Bicycle Union {town}',
    town: 'place',
    date: 'date',
    chair: 'person',
    treasurer: 'person',
    writer: 'person',
    present: 'number: 14..63',
    balance: 'number: 1200..9800/10',
    fee: 'number: 15..85/5',
    roof: 'number: 2100..7900/50',
    builder: 'person',
    file: 'code: RS/####/##',
    trip: 'place',
    tripday: 'date',
    bus: 'number: 19..52',
    next: 'date',
    prize: 'person',
    key: 'code: K-##A',
  },
  text: `MINUTES OF THE GENERAL MEETING
{club}

1. Opening

«chair|{chair} opened the meeting of the {club} on {date} and welcomed everybody.» «present|{present} members were present, so that
decisions could be taken.» The minutes of the last meeting were read out and approved without a change. «writer|{writer} kept the
minutes.»

2. Report of the treasurer

The books were laid on the table and went from hand to hand. «balance|{treasurer} reported a balance of {balance} crowns at the end of
the year.» The auditors had found nothing to complain about. Somebody asked whether the coffee fund could be added, and it was agreed
that it could not.

3. Membership fee

There was a long talk about prices in general. «fee|The yearly fee of the {club} was set at {fee} crowns.» Children and pupils still
pay nothing. Two members voted against it because they would have liked to pay more.

4. Repair of the roof

Water has come in above the stairs three times. «roof|The roof is to be repaired for at most {roof} crowns.» «builder|{builder} was
asked to do the work before winter.» «file|The estimate is kept under number {file}.» Helpers bring their own gloves.

5. Excursion

Several places were proposed. «trip|This year's excursion of the {club} goes to {trip} on {tripday}.» «bus|The bus holds {bus} people,
and whoever signs first has a seat.» Bread and fruit are bought together.

6. Honours

«prize|The members' cup was given to {prize} for many years of help.» There was applause, and somebody sang.

7. Various

«key|The spare key {key} has been missing since the summer; whoever has it should hang it back.» The window in the hall should be
closed after use. «next|The next general meeting takes place on {next}.» The meeting ended late.
`,
  questions: [
    { kind: 'fact', about: 'chair', text: 'Who opened the meeting of the {club}?' },
    { kind: 'fact', about: 'balance', text: 'What balance did {treasurer} report?' },
    { kind: 'term', about: 'file', text: 'What is kept under number {file}?' },
    {
      kind: 'paraphrase',
      about: 'fee',
      text: 'How much money does a grown-up pay each year to belong to the {club}?',
    },
    {
      kind: 'follow-up',
      about: 'trip',
      text: 'And when does it go there?',
      before: ['Where does the excursion of the {club} go?', 'It goes to {trip}.'],
    },
    { kind: 'fact', about: 'trip', text: 'Where does the excursion of the {club} go?' },
    { kind: 'term', about: 'key', text: 'What about key {key}?' },
    {
      kind: 'paraphrase',
      about: 'prize',
      text: 'Whom did they thank with the cup? I mean {prize}, for what?',
    },
    { kind: 'fact', about: 'builder', text: 'What was {builder} asked to do?' },
    {
      kind: 'follow-up',
      about: 'writer',
      text: 'Who wrote the minutes there?',
      before: ['Who opened the meeting of the {club}?', '{chair} opened it.'],
    },
    { kind: 'fact', about: 'next', text: 'When is the next general meeting after the one of {date}?' },
  ],
  unanswerable: [
    'Which insurance company does the {club} use?',
    'What is the telephone number of {treasurer}?',
    'How many years has {chair} been married?',
    'Which colour does the flag of the {club} have?',
  ],
}

const protocol: Family = {
  name: 'protocol',
  half: 'tuning',
  language: 'en',
  kind: 'markdown',
  file: 'protocol {dye}.md',
  slots: {
    dye: 'each: walnut brown | madder red | weld yellow | indigo blue',
    batch: 'code: DY##-AA-###',
    alum: 'number: 8..24',
    wool: 'number: 100..900/50',
    heat: 'number: 55..88',
    soak: 'number: 3..14',
    stir: 'number: 4..15',
    rinse: 'number: 2..6',
    ph: 'of: 4.5 | 5.2 | 6.1 | 8.4 | 9.3',
    pot: 'of: copper kettle | enamel pot | glass vessel | steel tub',
    store: 'number: 3..11',
    author: 'person',
    shade: 'code: S-####',
    supplier: 'person',
    village: 'place',
  },
  text: `# Dyeing protocol: {dye}

Written down by {author} after many trials. Quantities are for one batch; whoever makes half of it takes half of everything.

## Material

«wool|One batch of {dye} takes {wool} grams of washed wool.» «alum|Weigh {alum} grams of alum for every hundred grams of wool.» Rain
water is best, and tap water does as well when it has stood overnight. «supplier|The plants come from {supplier} in {village}.»

## Vessel

«pot|For {dye} we use the {pot} and nothing else.» Iron darkens every colour. The spoon is of wood and stays with its colour.

## Mordant

Dissolve the alum in warm water first. «soak|Let the wool lie in the mordant for {soak} hours.» Turn it once in a while. Press it out
and do not let it dry.

## Bath

Chop the plants and cover them with water. «heat|Heat the bath of {dye} to {heat} degrees and hold it there; it must not boil.»
«ph|A value of {ph} on the acidity paper gives the clearest tone.» «stir|Move the wool every {stir} minutes.» Whoever is called away
takes the vessel from the fire.

## Rinsing and drying

«rinse|Rinse {rinse} times, each time with colder water.» Hang the wool in the shade where the wind passes. Sun comes later.

## Records

«batch|The reference batch of {dye} is {batch}.» «shade|Its tone is kept on the card {shade} in the drawer.» «store|A dried bath keeps
for {store} weeks in a cool cellar.» Write down what went wrong, too.
`,
  questions: [
    { kind: 'fact', about: 'wool', text: 'How many grams of wool does one batch of {dye} take?' },
    { kind: 'fact', about: 'heat', text: 'To how many degrees is the bath of {dye} heated?' },
    { kind: 'term', about: 'batch', text: 'What is {batch}?' },
    { kind: 'paraphrase', about: 'pot', text: 'In what kind of container is {dye} cooked?' },
    {
      kind: 'follow-up',
      about: 'stir',
      text: 'How often must the wool be moved in it?',
      before: ['How hot is the bath of {dye}?', 'It is held at {heat} degrees.'],
    },
    { kind: 'term', about: 'shade', text: 'Where is the card {shade}?' },
    { kind: 'fact', about: 'supplier', text: 'What comes from {supplier}?' },
    { kind: 'paraphrase', about: 'store', text: 'How long does the {dye} bath stay good when it is dried?' },
    { kind: 'fact', about: 'soak', text: 'For {dye}, how long does the wool lie in the mordant?' },
    {
      kind: 'follow-up',
      about: 'rinse',
      text: 'And how many times is it rinsed?',
      before: ['In which vessel is {dye} made?', 'In the {pot}.'],
    },
  ],
  unanswerable: [
    'Who buys the wool dyed with {dye}?',
    'What does the wool dyed with {dye} smell like?',
    'Which museum shows the oldest cloth in {dye}?',
    'How old is {author}?',
  ],
}

const route: Family = {
  name: 'route',
  half: 'tuning',
  language: 'en',
  kind: 'html',
  file: 'route {name}.html',
  slots: {
    name: 'each: Heron Trail | Quarry Path | Lantern Way | Juniper Round',
    start: 'place',
    middle: 'place',
    end: 'place',
    km: 'number: 9..43',
    climb: 'number: 180..990/10',
    sign: 'of: a white heron on blue | a red hammer | a yellow lamp | a green twig',
    hut: 'place',
    keeper: 'person',
    beds: 'number: 6..38',
    open: 'time',
    line: 'code: A##',
    ferry: 'number: 2..9',
    year: 'number: 1901..1989',
    map: 'code: W-###/##',
    bridge: 'number: 22..96',
  },
  text: `<!doctype html>
<html><head><title>{name}</title></head><body>
<h1>{name}</h1>
<p>A walk for people with good shoes and no hurry. The weather decides in the hills, so take a jacket even in July.</p>
<h2>Course</h2>
<p>«course|The {name} leads from {start} by way of {middle} to {end}.» «length|It is {km} kilometres long.» «climb|The {name} climbs {climb}
metres in all.» Most of the climbing is done before noon if you begin early.</p>
<h2>Signs</h2>
<p>«sign|The sign of the {name} is {sign}.» Where two signs hang on one tree, the upper one counts. «map|The sheet {map} shows the whole way.»
Telephones find no network in the valley.</p>
<h2>Sights</h2>
<p>«bridge|Behind {middle} a rope bridge of {bridge} metres hangs over the gorge.» One person at a time should step on it. «year|The chapel
near {end} was built in {year}.» Its door is open until dusk.</p>
<h2>Rest and food</h2>
<p>«hut|Halfway stands the hut {hut}, which {keeper} looks after.» «beds|It has {beds} beds.» «open|Soup is served from {open} on.» Pay in
coins, please.</p>
<h2>Getting there and away</h2>
<p>«line|Bus {line} stops at the beginning of the {name}.» «ferry|From {end} a ferry goes back {ferry} times a day.» On holidays it goes
less often.</p>
</body></html>
`,
  questions: [
    { kind: 'fact', about: 'length', text: 'How many kilometres long is the {name}?' },
    { kind: 'fact', about: 'hut', text: 'Who looks after the hut {hut}?' },
    { kind: 'term', about: 'map', text: 'What does sheet {map} show?' },
    { kind: 'paraphrase', about: 'climb', text: 'How much uphill is there on the {name}?' },
    {
      kind: 'follow-up',
      about: 'sign',
      text: 'What sign do I follow there?',
      before: ['Where does the {name} begin?', 'It begins in {start}.'],
    },
    { kind: 'term', about: 'line', text: 'Where does bus {line} stop?' },
    { kind: 'fact', about: 'course', text: 'Where does the {name} lead to?' },
    { kind: 'paraphrase', about: 'beds', text: 'How many people can sleep in {hut}?' },
    { kind: 'fact', about: 'year', text: 'When was the chapel near {end} built?' },
    {
      kind: 'follow-up',
      about: 'open',
      text: 'From what time on is soup served there?',
      before: ['Who looks after the hut {hut}?', '{keeper} does.'],
    },
  ],
  unanswerable: [
    'May dogs walk on the {name}?',
    'Which birds nest along the {name}?',
    'How much does the ferry from {end} cost?',
    'Who was the first to walk the {name} in winter?',
  ],
}

export const englishTuning: readonly Family[] = [manual, minutes, protocol, route]
