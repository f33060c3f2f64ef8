// What made-up documents in English consist of; see paper-types.ts.

import { ENGLISH_MATTERS } from './paper-english-matters.ts'
import type { PaperMaterial } from './paper-types.ts'

const words = (text: string): string[] => text.split(' ')

export const ENGLISH_PAPER: PaperMaterial = {
  language: 'en',
  marker: 'Question: ',
  absent: 'I am sorry, the passage does not say that.',
  read: 'I have read it.',
  it: 'it',
  lists: {
    noun: words(
      'pump filter boiler engine valve cable switch motor ladder oven fridge heater mower saw drill printer scanner lamp sensor tank battery charger trailer tractor van bus tram ferry lift crane kettle mixer loom press forge kiln mill bakery dairy orchard vineyard greenhouse pond well fountain fence gate roof cellar attic hall stage kitchen workshop laboratory archive storeroom canteen playground gym pool sauna garage carport shed stable barn chapel tower bell organ piano projector microphone speaker screen keyboard router server backup database form file folder key badge ticket voucher contract invoice receipt permit licence statute budget report survey map plan poster leaflet newsletter calendar register ledger notebook manual recipe sample parcel letter box crate barrel bottle jar sack rope net tent canoe raft bicycle helmet jacket boot glove apron blanket mattress chair bench table shelf cupboard curtain carpet mirror clock radio telephone camera lens tripod microscope telescope scale thermometer meter gauge fuse plug pipe hose tap drain bucket brush broom rake spade hoe shears hedge lawn meadow path trail bridge dam canal lock harbour pier buoy lighthouse shelter hut campsite car park crossing roundabout tunnel platform signal turbine panel inverter transformer compressor gearbox clutch brake wheel tyre axle bearing seal gasket bolt washer spring hinge handle lid cover casing hood tray rack hook clamp vice bit blade belt chain shaft piston nozzle burner grate flue chimney stove tile brick beam plank panel pane frame door window shutter blind stairs railing ramp course class exam lesson lecture seminar workshop tour trip excursion concert play film match race contest market fair festival parade meeting assembly election vote',
    ),
    quality: words(
      'small large old new main second spare upper lower left right front rear inner outer wide narrow long short heavy light green red blue white black grey yellow round square flat deep public private open closed mobile fixed electric manual automatic digital wooden metal plastic glass stone paper local regional annual monthly weekly daily winter summer evening morning northern southern eastern western',
    ),
    measure: words(
      'weight length width height depth diameter thickness capacity volume power output voltage pressure temperature speed range accuracy resolution area distance gradient density humidity strength hardness flow frequency brightness noise consumption load stock price fee rent deposit fine share surplus balance debt age score rank grade level number size scale dose yield',
    ),
    measured: words(
      'maximum minimum average usual total net gross normal daily annual nominal permitted recommended',
    ),
    unit: words(
      'kilograms grams tonnes litres millilitres metres centimetres millimetres kilometres degrees percent watts kilowatts volts bar hours minutes seconds points pages rooms seats beds shares sheets pieces packets litres hectares megabytes gigabytes newtons decibels kg g cm mm km m',
    ),
    span: words('minutes hours days weeks months years seconds'),
    lasting: words(
      'warranty guarantee membership course training break lesson trial notice repair trip crossing lease contract session exhibition holiday test cooling drying soaking baking charging cleaning storage waiting probation rehearsal',
    ),
    few: words(
      'two three four five six seven eight nine ten twelve fifteen twenty thirty forty sixty ninety',
    ),
    money: words('euros crowns pounds dollars francs'),
    role: words(
      'chair treasurer secretary director manager warden caretaker trainer conductor editor librarian curator inspector coordinator supervisor foreman captain guide clerk host spokesman deputy auditor steward',
    ),
    team: words(
      'board committee council club choir team association department office cooperative company group union school library museum orchestra parish jury office',
    ),
    field: words(
      'garden sports music reading sailing chess heritage cycling hiking theatre water building finance youth kitchen safety transport research history film harvest village harbour energy',
    ),
    room: words(
      'cellar attic office kitchen hall storeroom workshop garage archive library corridor yard shed entrance lobby basement laboratory changing-room',
    ),
    beside: words('behind beside above below near opposite under before'),
    stuff: words(
      'oak pine steel copper brass wool cotton linen silk leather clay granite marble glass rubber plastic concrete paper felt bronze slate bamboo cork wax straw aluminium',
    ),
    verb: words(
      'clean check repair replace open close lock empty fill oil paint wash dry measure weigh test adjust move store cover label count order return print copy sign register cancel extend move inspect sharpen tighten loosen remove install connect switch heat cool rinse drain pump lift carry load unload stack sort sell buy rent lend borrow show open renovate enlarge rebuild close demolish',
    ),
    worked: words(
      'cleaned checked repaired replaced opened closed locked emptied filled oiled painted washed dried measured weighed tested adjusted moved stored covered labelled counted ordered returned printed copied signed registered cancelled extended inspected sharpened tightened removed installed connected heated cooled rinsed drained lifted loaded stacked sorted sold bought rented renovated enlarged rebuilt demolished delivered approved rejected postponed published',
    ),
    crowd: words(
      'visitors members students guests pupils children employees tenants drivers players singers readers volunteers residents dogs cars boats bicycles hikers customers users patients bidders',
    ),
    state: words(
      'wet dry broken empty full loose worn dirty blocked frozen flooded rusty cracked late ill missing too-small too-loud too-old too-expensive out-of-order',
    ),
    day: words('Monday Tuesday Wednesday Thursday Friday Saturday Sunday'),
    month: words('January February March April May June July August September October November December'),
    key: words(
      'timeout limit retries port cache delay width margin language theme level interval attempts lines columns threads folder mode rate depth',
    ),
    manner: words('slowly carefully twice once daily first later by-hand'),
  },
  fillings: {
    thing: [
      'the {noun}|the {noun}|the {quality} {noun}|the {quality} {noun}|the {odd} {noun}|the {Odd} {noun}|the {noun} {code}|the {noun} {Odd}|the {Odd} {N}|the {Odd}|{noun} {n}|the {field} {noun}|the {noun} of the {team}|the {odd}|the {Quality} {Noun} {Odd}|the {Field} {Noun} {Odd}|the {noun} {code}|{Odd} {code}',
    ],
    things: [
      'the {noun}s|{quality} {noun}s|the {quality} {noun}s|the {odd}s|{odd} {noun}s|{noun}s|the {field} {noun}s',
    ],
    attribute: [
      '{measure}|{measure}|{measured} {measure}|{measured} {measure}|{noun} {measure}|{odd} {measure}|{odd}|{measured} {odd}|{measure} of the {noun}',
    ],
    stretch: [
      '{lasting}|{lasting}|{lasting} period|{quality} {lasting}|{odd} {lasting}|{odd} period|{noun} {lasting}',
    ],
    quantity: [
      '{n} {unit}|{n} {unit}|{n}.{1} {unit}|{n} {odd}s|{n}|{few} {unit}|{n} to {n} {unit}|between {n} and {n} {unit}',
    ],
    duration: [
      '{few} {span}|{n} {span}|{few} {span}|half a year|one year|one week|a quarter of an hour|one month|two and a half {span}|{few} to {few} {span}',
    ],
    amount: [
      '{n} {money}|{n}.{2} {money}|{few} {money}|€{n}|{N} {money}|{n} {money} per {noun}|{n} {money} a month|{n} {money} a year',
    ],
    number: ['{n}|{few}|{n}|{N}'],
    code: ['{code}'],
    role: ['{role}|{role}|{role}|{field} {role}|{quality} {role}|{odd} {role}|{role} for the {noun}'],
    group: [
      'the {team}|the {field} {team}|the {field} {team}|the {Odd} {team}|the {quality} {team}|the {odd} {team}|the {field} {team} of {place}|the {team} {Odd}|the {Field} {Team} {Odd}|the {Field} {Team} {Odd}',
    ],
    spot: [
      'in the {room}|in the {quality} {room}|in the {room}|{beside} the {noun}|{beside} the {quality} {noun}|in {noun} {n}|in room {n}|on the {few} floor|in the {odd} {room}|on the shelf {beside} the {noun}|in the {Odd} {room}|at the {noun} in {place}',
    ],
    day: [
      '{d} {month}|{d} {month} {year}|{day}, {d} {month}|{month} {year}|the end of {month}|{day}|the {few} of {month}|{month} {d}',
    ],
    time: ["{h}:{2}|{h}.{2}|{h} o'clock|noon|{h}:{2}|{h} in the evening"],
    year: ['{year}'],
    material: ['{stuff}|{stuff}|{quality} {stuff}|{stuff} and {stuff}|{odd}|{odd} {stuff}'],
    deed: ['{verb} {thing}|{verb} {things}|{verb} {thing}|{verb} the {noun} and the {noun}|{odd} {thing}'],
    done: ['{worked}|{worked}|{worked}|{worked} by hand|{odd}ed'],
    reason: [
      'the {noun} was {state}|the {quality} {noun} was {state}|there was no {noun}|the {noun} of the {team} was {state}|nobody {worked} the {noun}|it was {state}|the {odd} was {state}|the {crowd} wished for it',
    ],
    name: ['{Odd}|{Odd}|{code}|{Odd} {N}|{odd}'],
    maker: ['{Odd}|{Odd} {team}|{Odd} and {Odd}|the {Odd} company|{place}|the {Odd} {team}'],
    event: [
      'the {field} {noun}|the {quality} {lasting}|the {Odd} {lasting}|the {month} {lasting}|the {field} {lasting}|the {quality} {field} {lasting}|the {odd} {lasting}',
    ],
    setting: ['{key}|max_{key}|{odd}.{key}|{key}_{odd}|{odd}_{key}|{KEY}|{odd}'],
    word: ['{odd}|{Odd}|{odd} {noun}'],
  },
  matters: ENGLISH_MATTERS,
  prose: [
    '{Thing} is well known (here|to all|by now).',
    '{Crowd} like {thing}.',
    '{Person} spoke about {thing}.',
    'Nobody had anything to say about {things}.',
    'More about {thing} can be read (elsewhere|in the next chapter|below|on the notice board).',
    'It was a {quality} day, and the {noun} was {state}.',
    'Where there is {material}, there is also {material}.',
    'The {noun} (rests|stands|stays) where it always was.',
    'Everybody (was|is) glad about {thing}.',
    'This concerns {things} as well.',
    'The rest is a matter of {odd} and patience.',
    '{Thing} was {done} (long ago|last year|at the time|again).',
    'Most {crowd} know {thing} from {place}.',
    '{Group} thanked everybody who had helped.',
    'A {quality} {noun} is not the same as a {quality} {noun}.',
    'Please treat {thing} with care.',
    'With {things} one is never quite sure.',
    'As to {thing}, there is nothing new.',
    '{Person} (smiled|agreed|was away|came later|took the notes).',
    'Since then the {noun} has been {state} more often.',
    'Questions are welcome at any time.',
    'Older {things} are (being |)kept as they are.',
    'In {place} they do it (differently|in the same way).',
    'See also {Odd}, {Odd} and {Odd}.',
  ],
  joins: [', and ', '; ', ', but ', ', while ', ': ', ', whereas '],
  leads: [
    'In {month},',
    'As a rule,',
    'According to the {quality} {noun},',
    'At the {lasting},',
    'On {day},',
    '({n})',
    '{n}.',
    'Note:',
    'As {person} reported,',
    'In {place},',
    'Behind the {noun},',
    'After {few} {span},',
  ],
  tails: [
    ', as in every year',
    ', which nobody had expected',
    ', so that nothing goes wrong',
    ' (see {thing})',
    ', not only in {month}',
    ', as the {role} explained',
    ', even when the {noun} is {state}',
    ', together with {things}',
    ', and that is good so',
    ' for the time being',
    ', like most {things}',
    ', whatever {crowd} say',
  ],
  titles: [
    '{Odd} {n}',
    '{Thing}',
    'About {thing}',
    '{n}. {Thing}',
    '{Things} and {things}',
    'Minutes of {group}, {day}',
    'Rules for {crowd}',
    'Notes',
    'Care',
    '{Field} {noun}: {quality} {noun}',
    'Price list',
    'Safety',
    'Chapter {n}',
    '# {Thing}',
    '## {Field}',
  ],
}
