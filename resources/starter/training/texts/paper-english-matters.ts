// What made-up documents in English say and are asked; see paper-types.ts. A slot in capitals begins with a capital letter.

import { ENGLISH_MATTERS_MORE } from './paper-english-matters-more.ts'
import type { Matter } from './paper-types.ts'

export const ENGLISH_MATTERS: readonly Matter[] = [
  {
    slots: { a: 'attribute', t: 'thing', v: 'quantity' },
    say: [
      'The {a} of {t} is {v}.',
      '{T} has a {a} of {v}.',
      'With {t} the {a} (is|comes to|reaches) {v}.',
      '{T}: {a} {v}.',
      '{A} of {t}: {v}.',
      'For {t}, a {a} of {v} is (given|usual|required|prescribed|enough).',
      'The {a} (must not exceed|has been set to|is fixed at|amounts to) {v} for {t}.',
      '{T} comes with a {a} of {v}.',
      'A {a} of {v} (was|has been) (measured|found|agreed|recorded) for {t}.',
      'Its {a} makes {t} special: {v}.',
      'At {v}, {t} has (the greatest|the smallest|a remarkable) {a}.',
      'The {a} is {v} (in the case of|as regards) {t}.',
    ],
    sayHeld: ['{T} shows a {a} of {v}.', 'We know the {a} of {t}: it is {v}.'],
    asked: [
      {
        ask: [
          'What is the {a} of {t}?',
          'What {a} does {t} have?',
          'What {a} is (given|required|prescribed|usual) for {t}?',
          'How (large|high|great|much) is the {a} of {t}?',
          'Which {a} has {t}?',
          'What does the {a} of {t} amount to?',
          'What is given as the {a} of {t}?',
          'Tell me the {a} of {t}.',
          '{A} of {t}?',
        ],
        held: ['What is said about the {a} of {t}?', 'How big is the {a} of {t}?'],
        answer: '{V}.',
      },
    ],
  },
  {
    slots: { a: 'stretch', t: 'thing', v: 'duration' },
    say: [
      'The {a} of {t} (lasts|takes|is) {v}.',
      'The {a} for {t} is {v}.',
      '{T} has a {a} of {v}.',
      'For {t} the {a} (lasts|takes) {v}.',
      '{T} comes with {v} of {a}.',
      'It takes {v} until the {a} of {t} is over.',
      '{A} of {t}: {v}.',
      'The {a} of {t} (ends|is over) after {v}.',
    ],
    sayHeld: ['{T} needs {v} for its {a}.'],
    asked: [
      {
        ask: [
          'How long (is|does) the {a} of {t} (last|take|)?',
          'How long is the {a} of {t}?',
          'How long does the {a} of {t} (last|take)?',
          'How long does the {a} for {t} (last|take)?',
          'After (what time|how long) is the {a} of {t} over?',
          'What is the {a} of {t}?',
          'How much time does the {a} of {t} take?',
        ],
        held: ['How long will the {a} of {t} last?'],
        answer: '{V}.',
      },
    ],
  },
  {
    slots: { t: 'thing', w: 'done', v: 'duration' },
    say: [
      '{T} is {w} every {v}.',
      'Every {v}, {t} (is|has to be|must be) {w}.',
      '{T} (must be|should be|has to be|is to be) {w} every {v}.',
      '{T} needs to be {w} once every {v}.',
    ],
    sayHeld: ['Once every {v}, {t} gets {w}.'],
    asked: [
      {
        ask: [
          'How often is {t} {w}?',
          'How often (must|should) {t} be {w}?',
          'How often does {t} have to be {w}?',
          'At what intervals is {t} {w}?',
        ],
        held: ['How many times is {t} {w}?'],
        answer: 'Every {v}.',
      },
    ],
  },
  {
    slots: { p: 'person', t: 'thing' },
    say: [
      '{P} is responsible for {t}.',
      '{P} looks after {t}.',
      '{P} takes care of {t}.',
      '{P} is in charge of {t}.',
      '{T} is looked after by {p}.',
      '{T} is in the care of {p}.',
      'Whoever has a question about {t} turns to {p}.',
      'For {t}, please ask {p}.',
      '{P} has the keys to {t}.',
    ],
    sayHeld: ['{T} is under the care of {p}.'],
    asked: [
      {
        ask: [
          'Who is responsible for {t}?',
          'Who looks after {t}?',
          'Who takes care of {t}?',
          'Who is in charge of {t}?',
          'Whom do I ask about {t}?',
          'Who cares for {t}?',
        ],
        held: ['Whose task is {t}?', 'Who sees to {t}?'],
        answer: '{P}.',
      },
      {
        ask: ['What is {p} responsible for?', 'What does {p} look after?', 'What is {p} in charge of?'],
        held: ['What is the task of {p}?'],
        answer: '{T}.',
      },
    ],
  },
  {
    slots: { p: 'person', r: 'role', g: 'group' },
    say: [
      '{P} is the {r} of {g}.',
      'The {r} of {g} is {p}.',
      '{P} was elected {r} of {g}.',
      '{P} serves {g} as {r}.',
      '{G} has a new {r}: {p}.',
      'As {r} of {g}, {p} (opened the meeting|signs the letters|keeps the books).',
      '{P} ({r} of {g}) was there as well.',
    ],
    sayHeld: ['{G} chose {p} as its {r}.'],
    asked: [
      {
        ask: [
          'Who is the {r} of {g}?',
          'Who was elected {r} of {g}?',
          'What is the name of the {r} of {g}?',
          'Who serves {g} as {r}?',
          'Who is {r} of {g}?',
        ],
        held: ['Which person is the {r} of {g}?'],
        answer: '{P}.',
      },
    ],
  },
  {
    slots: { t: 'thing', l: 'spot' },
    say: [
      '{T} is {l}.',
      '{T} is kept {l}.',
      '{T} stands {l}.',
      'You (will |)find {t} {l}.',
      '{T} hangs {l}.',
      '{T} (is stored|lies|can be found|is to be found) {l}.',
      'We keep {t} {l}.',
      '{L} there is {t}.',
    ],
    sayHeld: ['{T} has its place {l}.'],
    asked: [
      {
        ask: [
          'Where is {t}?',
          'Where is {t} kept?',
          'Where (can|do) I find {t}?',
          'Where does {t} (stand|hang|lie)?',
          'Where is {t} (stored|to be found)?',
          'In which place is {t}?',
        ],
        held: ['Where can {t} be found?'],
        answer: '{L}.',
      },
    ],
  },
  {
    slots: { t: 'thing', v: 'amount' },
    say: [
      '{T} costs {v}.',
      'The price of {t} is {v}.',
      '{T} is sold for {v}.',
      'For {t} we (pay|charge|ask) {v}.',
      '{T}: {v}.',
      'Whoever wants {t} pays {v}.',
      '{V} (is|was) paid for {t}.',
      'The (fee|charge|cost) for {t} is {v}.',
    ],
    sayHeld: ['You get {t} for {v}.'],
    asked: [
      {
        ask: [
          'How much does {t} cost?',
          'What does {t} cost?',
          'What is the (price|fee|cost|charge) (of|for) {t}?',
          'How much (is paid|do I pay|must one pay) for {t}?',
          'How expensive is {t}?',
        ],
        held: ['How much money is needed for {t}?', 'What is paid for {t}?'],
        answer: '{V}.',
      },
    ],
  },
  {
    slots: { t: 'things', w: 'done', y: 'day' },
    say: [
      '{T} must be {w} by {y}.',
      '{T} (have to|should|are to) be {w} by {y}.',
      '{T} will be {w} by {y} at the latest.',
      'By {y}, {t} must be {w}.',
      'Please see that {t} are {w} by {y}.',
    ],
    sayHeld: ['{T} need to be {w} before {y}.'],
    asked: [
      {
        ask: [
          'By when must {t} be {w}?',
          'When must {t} be {w}?',
          'Until when can {t} be {w}?',
          'By what date should {t} be {w}?',
          'When do {t} have to be {w}?',
        ],
        held: ['What is the last day for {t} to be {w}?'],
        answer: 'By {y}.',
      },
    ],
  },
  {
    slots: { c: 'code', t: 'thing' },
    say: [
      '{C} is {t}.',
      '{C} stands for {t}.',
      'Number {c} is {t}.',
      '{T} has the number {c}.',
      '{T} ({c}) is new.',
      '{T} bears the number {c}.',
      'The code {c} means {t}.',
      '{C}: {t}.',
      'Under {c} you find {t}.',
    ],
    sayHeld: ['{T} is listed as {c}.'],
    asked: [
      {
        ask: [
          'What is {c}?',
          'What does {c} (stand for|mean)?',
          'What has the number {c}?',
          'What is (kept|found|listed) under {c}?',
          'What about {c}?',
        ],
        held: ['Which thing is {c}?'],
        answer: '{T}.',
      },
      {
        ask: [
          'What number does {t} have?',
          'Which code has {t}?',
          'What is the (code|number) of {t}?',
          'Under which number is {t} (found|listed)?',
        ],
        held: ['What code belongs to {t}?'],
        answer: '{C}.',
      },
    ],
  },
  {
    slots: { t: 'thing', w: 'done', z: 'reason' },
    say: [
      '{T} was {w} because {z}.',
      'Because {z}, {t} was {w}.',
      '{T} had to be {w}, because {z}.',
      'Since {z}, {t} was {w}.',
      'The reason why {t} was {w} is that {z}.',
    ],
    sayHeld: ['{T} has been {w}, as {z}.'],
    asked: [
      {
        ask: [
          'Why was {t} {w}?',
          'For what reason was {t} {w}?',
          'Why did {t} have to be {w}?',
          'What is the reason why {t} was {w}?',
        ],
        held: ['How come {t} was {w}?'],
        answer: 'Because {z}.',
      },
    ],
  },
  {
    slots: { t: 'thing', w: 'deed' },
    say: [
      '{T} is used to {w}.',
      '{T} serves to {w}.',
      '{T} is there to {w}.',
      'With {t} you can {w}.',
      'We use {t} to {w}.',
      '{T} helps to {w}.',
    ],
    sayHeld: ['{T} was made to {w}.'],
    asked: [
      {
        ask: [
          'What is {t} used for?',
          'What is {t} (there |good |)for?',
          'What can I do with {t}?',
          'What does {t} serve to do?',
          'What purpose does {t} serve?',
        ],
        held: ['What does one use {t} for?'],
        answer: 'To {w}.',
      },
      {
        ask: ['What is used to {w}?', 'With what can I {w}?', 'What helps to {w}?', 'What do I use to {w}?'],
        held: ['What serves to {w}?'],
        answer: '{T}.',
      },
    ],
  },
  {
    slots: { w: 'deed', x: 'deed' },
    say: [
      'To {w}, {x}.',
      'If you want to {w}, {x}.',
      'Whoever wants to {w} must {x}.',
      'Before you {w}, {x}.',
      'To {w}, you have to {x}.',
      'In order to {w}, first {x}.',
    ],
    sayHeld: ['When you wish to {w}, {x}.'],
    asked: [
      {
        ask: [
          'How do I {w}?',
          'What must I do to {w}?',
          'How can I {w}?',
          'What do I do before I {w}?',
          'What is to be done to {w}?',
          'I want to {w}. What must I do?',
        ],
        held: ['What has to be done in order to {w}?'],
        answer: '{X}.',
      },
    ],
  },
  {
    slots: { g: 'group', w: 'deed', y: 'day' },
    say: [
      'On {y}, {g} decided to {w}.',
      '{G} decided on {y} to {w}.',
      '{G} will {w} on {y}.',
      '{G} (agreed|resolved|promised) to {w}; the vote was on {y}.',
      'It was decided by {g} to {w}, on {y}.',
    ],
    sayHeld: ['{G} voted to {w} on {y}.'],
    asked: [
      {
        ask: [
          'What did {g} decide?',
          'What did {g} decide on {y}?',
          'What will {g} do?',
          'What has {g} (agreed|decided) to do?',
        ],
        held: ['Which decision did {g} make?'],
        answer: 'To {w}.',
      },
      {
        ask: [
          'When did {g} decide to {w}?',
          'When will {g} {w}?',
          'On which (day|date) did {g} decide to {w}?',
          'When was it decided to {w}?',
        ],
        held: ['What day did {g} decide to {w}?'],
        answer: 'On {y}.',
      },
      {
        ask: ['Who decided to {w}?', 'Who will {w}?', 'Who agreed to {w}?'],
        held: ['Which group decided to {w}?'],
        answer: '{G}.',
      },
    ],
  },
  ...ENGLISH_MATTERS_MORE,
]
